// SPDX-License-Identifier: Apache-2.0
#include "cli/demo_story.hpp"

namespace loyalty::cli {

// The points in the comments follow from the program file; the tests assert them, nothing computes
// with them. RP are regular points, TP tier points.
const std::vector<DemoStep>& demo_story() {
  using namespace std::string_view_literals;
  static const std::vector<DemoStep> story{
      // Ada climbs to Gold and Diamond, and her tenth latte is free.
      {"ada-joins", "ada", "joins on the web", "enroll_member", {{"channel", "web"sv}}},  // 100 RP
      {"ada-runners",
       "ada",
       "buys running shoes for 120.00",
       "purchase",  // 120 RP, 120 TP
       {{"amount", 12'000}, {"category", "running-shoes"sv}, {"channel", "store"sv}}},
      {"ada-courts",
       "ada",
       "buys court shoes for 430.00",
       "purchase",  // 430 RP; 550 TP: Gold
       {{"amount", 43'000}, {"category", "court-shoes"sv}, {"channel", "store"sv}}},
      {"ada-latte-1",
       "ada",
       "drinks 5 lattes with friends",
       "purchase",  // 30 TP; 5 of 10
       {{"amount", 3'000}, {"category", "coffee"sv}, {"units", 5}, {"channel", "store"sv}}},
      {"ada-runners-2",
       "ada",
       "buys running shoes for 850.00",
       "purchase",  // x 1.25 = 1062 RP
       {{"amount", 85'000}, {"category", "running-shoes"sv}, {"channel", "web"sv}}},
      {"ada-latte-2",
       "ada",
       "drinks 3 lattes",
       "purchase",  // 18 TP; 8 of 10: 2 lattes away
       {{"amount", 1'800}, {"category", "coffee"sv}, {"units", 3}, {"channel", "store"sv}}},
      {"ada-courts-2",
       "ada",
       "buys court shoes for 199.99",
       "purchase",  // 249 RP; 1647 TP: Diamond
       {{"amount", 19'999}, {"category", "court-shoes"sv}, {"channel", "store"sv}}},
      {"ada-discount",
       "ada",
       "takes 10.00 off court shoes",
       "redeem",  // -100 RP
       {{"offer", "court-shoes-discount"sv}, {"category", "court-shoes"sv}, {"price", 8'900}}},
      {"ada-courts-3",
       "ada",
       "pays the other 79.00",
       "purchase",  // x 1.5 = 118 RP, 79 TP
       {{"amount", 7'900}, {"category", "court-shoes"sv}, {"channel", "store"sv}}},
      {"ada-latte-3",
       "ada",
       "drinks 2 lattes",
       "purchase",  // 12 TP; 10 of 10: a voucher
       {{"amount", 1'200}, {"category", "coffee"sv}, {"units", 2}, {"channel", "store"sv}}},
      {"ada-free-drink", "ada", "uses the free drink", "use_voucher", {{"voucher", last_voucher}}},

      // Ben earns and redeems at a partner, and writes a review.
      {"ben-joins", "ben", "joins in the store", "enroll_member", {{"channel", "store"sv}}},
      {"ben-panel",
       "ben",
       "buys a solar panel for 350.00",
       "purchase",  // 350 RP
       {{"amount", 35'000}, {"partner", "ursa-major-solar"sv}, {"product", "solar-panel"sv}}},
      {"ben-battery",
       "ben",
       "buys a battery for 120.00",
       "purchase",  // 120 RP
       {{"amount", 12'000}, {"partner", "ursa-major-solar"sv}, {"product", "battery"sv}}},
      {"ben-charger",
       "ben",
       "takes a solar charger",
       "redeem",  // -500 RP
       {{"offer", "solar-charger"sv}, {"product", "solar-charger"sv}}},
      {"ben-review",
       "ben",
       "reviews his running shoes",
       "review",  // 50 RP tomorrow
       {{"category", "running-shoes"sv}, {"channel", "web"sv}}},

      // Chloe takes part in Wellness Week.
      {"chloe-joins", "chloe", "joins in the app", "enroll_member", {{"channel", "app"sv}}},
      {"chloe-week",
       "chloe",
       "enrols in Wellness Week",
       "enroll_in_promotion",
       {{"promotion", "wellness-week"sv}}},
      {"chloe-serum",
       "chloe",
       "buys a face serum for 89.00",
       "purchase",  // x 2 = 178 RP
       {{"amount", 8'900}, {"partner", "kacy-retail"sv}, {"product", "serum"sv}}},
      {"chloe-scarf",
       "chloe",
       "buys a scarf for 115.00",
       "purchase",  // 230 RP + 150 RP reward
       {{"amount", 11'500}, {"partner", "kacy-retail"sv}, {"product", "scarf"sv}}},
      {"chloe-survey",
       "chloe",
       "answers a survey",
       "record_activity",  // 25 RP
       {{"type", "survey"sv}, {"channel", "app"sv}}},
      {"chloe-spa",
       "chloe",
       "takes a spa day",
       "redeem",  // -400 RP
       {{"offer", "spa-day"sv}, {"product", "spa-day"sv}}},

      // Dan, who works here, waits for the batch; and he runs.
      {"dan-joins", "dan", "joins in the store", "enroll_member", {{"channel", "store"sv}}},
      {"dan-training",
       "dan",
       "completes a training session",
       "record_activity",  // 75 RP, batch
       {{"type", "training"sv}}},
      {"dan-certificate",
       "dan",
       "earns a certification",
       "record_activity",  // 200 RP, batch
       {{"type", "certification"sv}}},
      {"dan-wishes",
       "dan",
       "wants a solar charger",
       "redeem",
       {{"offer", "solar-charger"sv}, {"product", "solar-charger"sv}},
       "INSUFFICIENT_POINTS"},
      {"dan-runs",
       "dan",
       "has run 4 times, says the coach",
       "update_progress",
       {{"promotion", "run-club"sv}, {"increment", 4}}},
      {"dan-run-5", "dan", "runs once more", "record_activity", {{"type", "run"sv}}},
      {"batch", "", "the batch is credited", "run_batch", {}},
      {"dan-event",
       "dan",
       "takes a seat at an event",
       "redeem",  // -250 RP of 375
       {{"offer", "inner-circle-event"sv}}},
  };
  return story;
}

const std::vector<std::string_view>& demo_members() {
  static const std::vector<std::string_view> members{"ada", "ben", "chloe", "dan"};
  return members;
}

const std::vector<std::string_view>& demo_partners() {
  static const std::vector<std::string_view> partners{"ursa-major-solar", "kacy-retail"};
  return partners;
}

}  // namespace loyalty::cli
