// SPDX-License-Identifier: Apache-2.0
#include "cli/demo_story.hpp"

namespace loyalty::cli {

// The points in the comments follow from the program file; the tests assert them, nothing computes
// with them. RP are regular points, TP tier points.
const std::vector<DemoStep>& demo_story() {
  using namespace std::string_view_literals;
  // A step reads as one entry of a table.
  // clang-format off
  static const std::vector<DemoStep> story{
      // Ada climbs to Gold and Diamond, and her tenth latte is free.
      // 100 RP
      {"ada-joins", "ada", "joins on the web", "enroll_member", {{"channel", "web"sv}}},
      // 120 RP, 120 TP
      {"ada-runners", "ada", "buys running shoes for 120.00", "purchase",
       {{"amount", 12'000}, {"category", "running-shoes"sv}, {"channel", "store"sv}}},
      // 430 RP, 430 TP: Gold
      {"ada-courts", "ada", "buys court shoes for 430.00", "purchase",
       {{"amount", 43'000}, {"category", "court-shoes"sv}, {"channel", "store"sv}}},
      // 30.00 x 1.25 = 37 RP, 30 TP; 5 of 10 lattes
      {"ada-latte-1", "ada", "drinks 5 lattes with friends", "purchase",
       {{"amount", 3'000}, {"category", "coffee"sv}, {"units", 5}, {"channel", "store"sv}}},
      // 850.00 x 1.25 = 1062 RP, 850 TP
      {"ada-runners-2", "ada", "buys running shoes for 850.00", "purchase",
       {{"amount", 85'000}, {"category", "running-shoes"sv}, {"channel", "web"sv}}},
      // 18.00 x 1.25 = 22 RP, 18 TP; 8 of 10: 2 lattes away
      {"ada-latte-2", "ada", "drinks 3 lattes", "purchase",
       {{"amount", 1'800}, {"category", "coffee"sv}, {"units", 3}, {"channel", "store"sv}}},
      // 199.99 x 1.25 = 249 RP, 199 TP: Diamond
      {"ada-courts-2", "ada", "buys court shoes for 199.99", "purchase",
       {{"amount", 19'999}, {"category", "court-shoes"sv}, {"channel", "store"sv}}},
      // -100 RP
      {"ada-discount", "ada", "takes 10.00 off court shoes", "redeem",
       {{"offer", "court-shoes-discount"sv}, {"category", "court-shoes"sv}, {"price", 8'900}}},
      // 79.00 x 1.5 = 118 RP, 79 TP
      {"ada-courts-3", "ada", "pays the other 79.00", "purchase",
       {{"amount", 7'900}, {"category", "court-shoes"sv}, {"channel", "store"sv}}},
      // 12.00 x 1.5 = 18 RP, 12 TP; 10 of 10: a voucher
      {"ada-latte-3", "ada", "drinks 2 lattes", "purchase",
       {{"amount", 1'200}, {"category", "coffee"sv}, {"units", 2}, {"channel", "store"sv}}},
      {"ada-free-drink", "ada", "uses the free drink", "use_voucher", {{"voucher", last_voucher}}},

      // Ben earns and redeems at a partner, and writes a review.
      // 100 RP
      {"ben-joins", "ben", "joins in the store", "enroll_member", {{"channel", "store"sv}}},
      // 350 RP, for which the partner owes 3.50
      {"ben-panel", "ben", "buys a solar panel for 350.00", "purchase",
       {{"amount", 35'000}, {"partner", "ursa-major-solar"sv}, {"product", "solar-panel"sv}}},
      // 120 RP, 1.20
      {"ben-battery", "ben", "buys a battery for 120.00", "purchase",
       {{"amount", 12'000}, {"partner", "ursa-major-solar"sv}, {"product", "battery"sv}}},
      // -500 RP, for which the partner is owed 4.00
      {"ben-charger", "ben", "takes a solar charger", "redeem",
       {{"offer", "solar-charger"sv}, {"product", "solar-charger"sv}}},
      // 50 RP at the beginning of the next day
      {"ben-review", "ben", "reviews his running shoes", "review",
       {{"category", "running-shoes"sv}, {"channel", "web"sv}}},

      // Chloe takes part in Wellness Week.
      // 100 RP
      {"chloe-joins", "chloe", "joins in the app", "enroll_member", {{"channel", "app"sv}}},
      {"chloe-week", "chloe", "enrols in Wellness Week", "enroll_in_promotion",
       {{"promotion", "wellness-week"sv}}},
      // 89.00 x 2 = 178 RP, 1.78
      {"chloe-serum", "chloe", "buys a face serum for 89.00", "purchase",
       {{"amount", 8'900}, {"partner", "kacy-retail"sv}, {"product", "serum"sv}}},
      // 115.00 x 2 = 230 RP, 2.30; 204.00 of 200.00: the reward is 150 RP
      {"chloe-scarf", "chloe", "buys a scarf for 115.00", "purchase",
       {{"amount", 11'500}, {"partner", "kacy-retail"sv}, {"product", "scarf"sv}}},
      // 25 RP
      {"chloe-survey", "chloe", "answers a survey", "record_activity",
       {{"type", "survey"sv}, {"channel", "app"sv}}},
      // -400 RP, 3.20
      {"chloe-spa", "chloe", "takes a spa day", "redeem",
       {{"offer", "spa-day"sv}, {"product", "spa-day"sv}}},

      // Dan, who works here, waits for the batch; and he runs.
      // 100 RP
      {"dan-joins", "dan", "joins in the store", "enroll_member", {{"channel", "store"sv}}},
      // 75 RP with the batch
      {"dan-training", "dan", "completes a training session", "record_activity",
       {{"type", "training"sv}}},
      // 200 RP with the batch
      {"dan-certificate", "dan", "earns a certification", "record_activity",
       {{"type", "certification"sv}}},
      // 100 RP of 500
      {"dan-wishes", "dan", "wants a solar charger", "redeem",
       {{"offer", "solar-charger"sv}, {"product", "solar-charger"sv}}, "INSUFFICIENT_POINTS"},
      {"dan-runs", "dan", "has run 4 times, says the coach", "update_progress",
       {{"promotion", "run-club"sv}, {"increment", 4}}},
      // 5 of 5: a benefit
      {"dan-run-5", "dan", "runs once more", "record_activity", {{"type", "run"sv}}},
      {"batch", "", "the batch is credited", "run_batch", {}},
      // -250 RP of 375
      {"dan-event", "dan", "takes a seat at an event", "redeem",
       {{"offer", "inner-circle-event"sv}}},
  };
  // clang-format on
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
