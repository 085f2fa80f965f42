// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <deque>
#include <exception>
#include <functional>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "cli/apply.hpp"
#include "cli/bench.hpp"
#include "cli/call.hpp"
#include "cli/check_config.hpp"
#include "cli/cluster.hpp"
#include "cli/correct.hpp"
#include "cli/demo.hpp"
#include "cli/describe.hpp"
#include "cli/endpoint.hpp"
#include "cli/exit_code.hpp"
#include "cli/export.hpp"
#include "cli/import.hpp"
#include "cli/methods.hpp"
#include "cli/replay.hpp"
#include "cli/report.hpp"
#include "cli/serve.hpp"
#include "cli/verify.hpp"
#include "cli/watch.hpp"
#include "config/settings.hpp"

/// The one file that knows CLI11: every subcommand with its options, and what they set.
namespace loyalty::cli {
namespace {

/// The subcommand that was chosen.
using Action = std::function<int()>;

void add_connect(CLI::App& command, std::string& connect) {
  connect = default_connect;
  command.add_option("--connect", connect, "Server to talk to")
      ->type_name("HOST:PORT")
      ->capture_default_str()
      ->envname("LOYALTY_CONNECT")
      ->check([](const std::string& text) {
        const auto endpoint = parse_endpoint(text);
        return endpoint && endpoint->port > 0 ? ""
                                              : "expected HOST:PORT or [IPV6]:PORT, got " + text;
      });
}

/// `loyalty serve`: one flag per setting of config/settings.hpp.
class ServeCommand {
 public:
  ServeCommand(CLI::App& app, Action& action) {
    CLI::App* command = app.add_subcommand("serve", "Run the server");
    command->add_option("--config", file_, "Settings file (TOML); flags and environment win")
        ->type_name("FILE");
    command->add_flag("--settings-markdown", markdown_, "Print the table of all settings and end");
    for (const config::Setting& setting : config::setting_table()) add(*command, setting);
    command->footer(
        "Every setting can also be given in the environment, such as LOYALTY_LISTEN.\n"
        "Examples:\n"
        "  loyalty serve --program config/programs/cloud-kicks.toml\n"
        "  loyalty serve --store memory --listen 127.0.0.1:0 --ports-file ports\n"
        "  loyalty serve --config loyalty.toml --clock manual");
    command->callback([this, &action] { action = [this] { return start(); }; });
  }

 private:
  struct Given {
    const config::Setting& setting;
    CLI::Option* option = nullptr;
    std::string value;
    std::vector<std::string> values;  ///< of a list
  };

  void add(CLI::App& command, const config::Setting& setting) {
    Given& given = given_.emplace_back(Given{setting, nullptr, {}, {}});
    std::string names = setting.flag();
    const bool is_list = setting.kind == config::SettingKind::list;
    // A list is given one by one, in the singular: --program A --program B.
    if (is_list && names.back() == 's') names = names.substr(0, names.size() - 1) + "," + names;
    const std::string doc(setting.doc);
    given.option = is_list ? command.add_option(names, given.values, doc)->allow_extra_args(false)
                           : command.add_option(names, given.value, doc)->take_last();
    given.option->type_name(std::string(setting.placeholder));
    // --log-json alone switches it on.
    if (setting.kind == config::SettingKind::flag) given.option->expected(0, 1);
  }

  int start() {
    if (markdown_) {
      std::fputs(config::settings_markdown().c_str(), stdout);
      return exit_ok;
    }
    config::Settings settings;
    if (!apply_file(settings) || !apply_environment(settings) || !apply_flags(settings)) {
      return exit_usage;
    }
    return serve(settings);
  }

  bool apply_file(config::Settings& settings) const {
    if (file_.empty()) return true;
    const auto findings = config::load_settings_file(file_, settings);
    for (const auto& finding : findings) {
      std::fprintf(stderr, "%s\n", config::to_string(finding).c_str());
    }
    return findings.empty();
  }

  static bool apply_environment(config::Settings& settings) {
    const auto errors = config::apply_environment(settings);
    for (const auto& error : errors) std::fprintf(stderr, "loyalty serve: %s\n", error.c_str());
    return errors.empty();
  }

  bool apply_flags(config::Settings& settings) const {
    bool good = true;
    for (const Given& given : given_) {
      if (given.option->count() == 0) continue;
      std::string text = given.value;
      for (const auto& value : given.values) text += (text.empty() ? "" : ",") + value;
      if (given.setting.kind == config::SettingKind::flag && text.empty()) text = "true";
      if (const auto error = given.setting.apply(settings, text)) {
        std::fprintf(stderr, "loyalty serve: %s: %s\n", given.setting.flag().c_str(),
                     error->c_str());
        good = false;
      }
    }
    return good;
  }

  std::string file_;
  bool markdown_ = false;
  std::deque<Given> given_;  // CLI11 keeps references
};

void add_call(CLI::App& app, CallOptions& options, Action& action) {
  CLI::App* command = app.add_subcommand("call", "Call one method and print its result as JSON");
  add_connect(*command, options.connect);
  command->add_option("METHOD", options.method, "Method, see \"loyalty methods\"")->required();
  command->add_option("JSON", options.params, "Params, a JSON object")->capture_default_str();
  command
      ->add_option("--key", options.key, "Idempotency key of a write; \"auto\" makes a random one")
      ->type_name("KEY");
  command->footer(
      "A refusal is printed as JSON on stderr, with exit code 1.\n"
      "Examples:\n"
      "  loyalty call ping\n"
      "  loyalty call enroll_member '{\"member\": \"ada\", \"key\": \"enroll-ada\"}'\n"
      "  loyalty call purchase '{\"member\": \"ada\", \"amount\": 1999}' --key receipt-4711\n"
      "  loyalty call get_member '{\"member\": \"ada\"}' | jq .balances");
  command->callback([&] { action = [&] { return call(options); }; });
}

void add_watch(CLI::App& app, WatchOptions& options, Action& action) {
  CLI::App* command =
      app.add_subcommand("watch", "Print what happens to a member, a partner or a promotion, live");
  add_connect(*command, options.connect);
  CLI::Option_group* whom = command->add_option_group("Whom", "Exactly one of");
  whom->add_option("MEMBER", options.member, "Member to watch");
  whom->add_option("--partner", options.partner, "Partner to watch")->type_name("[PROGRAM/]ID");
  whom->add_option("--promotion", options.promotion, "Promotion whose limits to watch")
      ->type_name("[PROGRAM/]ID");
  whom->require_option(1);
  command->add_option("--program", options.program, "Program; default: the only one there is")
      ->type_name("ID");
  command->add_option("--from", options.from, "Begin after this sequence; 0 is the beginning")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--count", options.count, "Stop after so many notices; 0 is never")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber);
  command->add_flag("--json", options.json, "One JSON object per line");
  command->footer(
      "A lost connection is made again, and no notice is missed. Ctrl-C ends it.\n"
      "Examples:\n"
      "  loyalty watch ada\n"
      "  loyalty watch ada --from 0 --json\n"
      "  loyalty watch --partner kacy-retail\n"
      "  loyalty watch --promotion cloud-kicks/latte-lovers");
  command->callback([&] { action = [&] { return watch(options); }; });
}

void add_check_config(CLI::App& app, std::vector<std::string>& files, Action& action) {
  CLI::App* command = app.add_subcommand("check-config", "Check program files");
  command->add_option("FILE", files, "Program files (TOML)")->required();
  command->footer(
      "Every mistake is printed with its line and column. Exit code 0: no mistakes (there may be\n"
      "warnings); 2: mistakes.\n"
      "Examples:\n"
      "  loyalty check-config config/programs/cloud-kicks.toml");
  command->callback([&] { action = [&] { return check_config(files); }; });
}

void add_apply(CLI::App& app, ApplyOptions& options, Action& action) {
  CLI::App* command = app.add_subcommand("apply", "Bring a live program to a program file");
  add_connect(*command, options.connect);
  command->add_option("FILE", options.file, "Program file (TOML)")->required();
  command->add_flag("--dry-run", options.dry_run, "Show what would change, and change nothing");
  command->footer(
      "What is added (+), changed (~) and removed (-) is printed with those who are affected. It\n"
      "is done in one step or, when a mistake is found or members would be stranded, not at all.\n"
      "Exit code 0: done; 1: refused; 2: the file has mistakes.\n"
      "Examples:\n"
      "  loyalty apply --dry-run config/programs/cloud-kicks.toml\n"
      "  loyalty apply config/programs/cloud-kicks.toml");
  command->callback([&] { action = [&] { return apply(options); }; });
}

void add_describe(CLI::App& app, DescribeOptions& options, Action& action) {
  CLI::App* command = app.add_subcommand("describe", "Print a live program as a program file");
  add_connect(*command, options.connect);
  command->add_option("PROGRAM", options.program, "Program; default: the only one there is");
  command->footer(
      "Applying the file changes nothing: edit it, look at the plan, apply it.\n"
      "Examples:\n"
      "  loyalty describe cloud-kicks > cloud-kicks.toml\n"
      "  loyalty apply --dry-run cloud-kicks.toml");
  command->callback([&] { action = [&] { return describe(options); }; });
}

void add_report(CLI::App& app, ReportOptions& options, Action& action) {
  CLI::App* command = app.add_subcommand("report", "Show how a program does, and what it owes");
  add_connect(*command, options.connect);
  command
      ->add_option(
          "WHAT", options.what,
          "totals (the default): what happened; outstanding: the points that members hold; "
          "expiry: what will expire when")
      ->check(CLI::IsMember({"totals", "outstanding", "expiry"}));
  command->add_option("--program", options.program, "Program; default: the only one there is")
      ->type_name("ID");
  command->add_option("--from", options.from, "First day; default: first of this month")
      ->type_name("DAY");
  command
      ->add_option("--until", options.until,
                   "First day that does not count any more; default: tomorrow, or in a year")
      ->type_name("DAY");
  command->add_option("--by", options.by, "Break totals down by this")
      ->type_name("KIND")
      ->check(CLI::IsMember(
          {"currency", "subtype", "category", "partner", "category_partner", "tier"}));
  command->add_option("--per", options.per, "Lines for each month or day")
      ->type_name("KIND")
      ->check(CLI::IsMember({"total", "month", "day"}));
  command->add_option("--day", options.day, "outstanding: at the end of this day; default: now")
      ->type_name("DAY");
  command->add_flag("--json", options.json, "Print the answer as one JSON object");
  command->footer(
      "Days are YYYY-MM-DD and local to the program. docs/reports.md explains every figure.\n"
      "Examples:\n"
      "  loyalty report --from 2026-01-01 --until 2027-01-01 --per month\n"
      "  loyalty report --by category_partner\n"
      "  loyalty report expiry --per month");
  command->callback([&] { action = [&] { return report(options); }; });
}

void add_import(CLI::App& app, ImportOptions& options, Action& action) {
  CLI::App* command = app.add_subcommand("import", "Stream a purchase log through the server");
  add_connect(*command, options.connect);
  command->add_option("--program", options.program, "Program")->type_name("ID")->required();
  command->add_option("--csv", options.csv, "Purchase log; its first line names the columns")
      ->type_name("FILE")
      ->required();
  command
      ->add_option("--map", options.map,
                   "member=COLUMN,at=COLUMN,amount=COLUMN[,units=COLUMN,category=COLUMN,"
                   "partner=COLUMN]")
      ->type_name("MAP")
      ->required();
  command->add_option("--key", options.key, "Column that no two rows share")
      ->type_name("COLUMN")
      ->required();
  command->add_flag("--enroll", options.enroll, "Enrol unknown members at their first row");
  command
      ->add_option("--rejects", options.rejects,
                   "File for rows that are wrong or refused; default: CSV.rejects.csv")
      ->type_name("FILE");
  command->add_option("--connections", options.connections, "Connections to the server")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 256));
  command->add_option("--window", options.window, "Calls in flight over all connections")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 65536));
  command->add_flag("--json", options.json, "Print the totals as one JSON object");
  command->footer(
      "A time is YYYY-MM-DD (the day begins in the program's time zone), an instant such as\n"
      "2026-03-31T10:00:00Z, or epoch milliseconds; an amount is 19.99 or 20. Each row has a key\n"
      "of its own, so the same command can be run again after a failure, and changes nothing\n"
      "twice.\n"
      "Examples:\n"
      "  loyalty import --program cloud-kicks --csv log.csv --enroll --key row \\\n"
      "    --map member=member,at=day,amount=amount,units=units");
  command->callback([&] { action = [&] { return import_csv(options); }; });
}

void add_bench(CLI::App& app, BenchOptions& options, Action& action) {
  CLI::App* command = app.add_subcommand("bench", "Put load on a server and measure it");
  add_connect(*command, options.connect);
  command
      ->add_option("--program", options.workload.program, "Program; default: the only one there is")
      ->type_name("ID");
  command->add_option("--members", options.workload.members, "Members bench-00000000 and on")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 99'999'999));
  command->add_option("--connections", options.connections, "Connections")
      ->type_name("C")
      ->capture_default_str()
      ->check(CLI::Range(1, 4096));
  command->add_option("--pipeline", options.pipeline, "Calls in flight per connection")
      ->type_name("D")
      ->capture_default_str()
      ->check(CLI::Range(1, 65536));
  command->add_flag("--straight", options.straight,
                    "In a cluster: call the node that has the member, as `route` says");
  command->add_option("--seconds", options.seconds, "Time measured")
      ->type_name("S")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 86'400.0));
  command->add_option("--warmup", options.warmup, "Time before it, not measured")
      ->type_name("S")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 3'600.0));
  command
      ->add_option("--rate", options.rate,
                   "Calls per second, answered or not (open loop); 0: the next call when one is "
                   "answered (closed loop)")
      ->type_name("R")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 10'000'000.0));
  command
      ->add_option_function<std::string>(
          "--workload",
          [&](const std::string& name) {
            options.workload.kind = name == "mixed" ? WorkloadKind::mixed : WorkloadKind::purchase;
          },
          "purchase (the default), or mixed: 80 % purchases, 10 % redemptions, 10 % reads")
      ->type_name("KIND")
      ->check(CLI::IsMember({"purchase", "mixed"}));
  command
      ->add_option_function<std::string>(
          "--distribution",
          [&](const std::string& name) {
            options.workload.distribution =
                name == "zipf" ? MemberDistribution::zipf : MemberDistribution::uniform;
          },
          "Which members act: uniform (the default) or zipf")
      ->type_name("KIND")
      ->check(CLI::IsMember({"uniform", "zipf"}));
  command->add_option("--theta", options.workload.theta, "Skew of zipf")
      ->type_name("THETA")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 5.0));
  command->add_flag("--json", options.json, "Print the result as one JSON object");
  command->footer(
      "Examples:\n"
      "  loyalty bench --connections 4 --pipeline 64 --seconds 10\n"
      "  loyalty bench --rate 5000 --workload mixed --distribution zipf --json");
  command->callback([&] { action = [&] { return bench(options); }; });
}

void add_demo(CLI::App& app, DemoOptions& options, Action& action) {
  CLI::App* command = app.add_subcommand("demo", "Replay the demo day and show what came of it");
  add_connect(*command, options.connect);
  command->add_flag("--json", options.json, "Print the final state as one JSON object");
  command->footer(
      "The server must run config/programs/cloud-kicks.toml. The day happens once, however often\n"
      "it is replayed.\n"
      "Examples:\n"
      "  loyalty demo\n"
      "  loyalty demo --connect 127.0.0.1:7400 --json");
  command->callback([&] { action = [&] { return demo(options); }; });
}

void add_methods(CLI::App& app, MethodsOutput& output, Action& action) {
  CLI::App* command = app.add_subcommand("methods", "List what a server can be asked");
  auto* group = command->add_option_group("form");
  group->add_flag_callback(
      "--markdown", [&] { output = MethodsOutput::markdown; }, "Print docs/methods.md");
  group->add_flag_callback(
      "--errors", [&] { output = MethodsOutput::errors; }, "Print the codes of all errors");
  group->require_option(0, 1);
  command->footer(
      "Examples:\n"
      "  loyalty methods\n"
      "  loyalty methods --errors");
  command->callback([&] { action = [&] { return methods(output); }; });
}

void add_store(CLI::App& command, OfflineStore& store) {
  command
      .add_option("--store", store.url,
                  "Store, such as rocksdb:DIR; no server may use it meanwhile")
      ->type_name("URL")
      ->required()
      ->envname("LOYALTY_STORE");
  command
      .add_option("--state-directory", store.state_directory,
                  "Redis: state directory of its server, to compare with what was acknowledged")
      ->type_name("DIR")
      ->envname("LOYALTY_STATE_DIRECTORY");
}

void add_verify(CLI::App& app, VerifyOptions& options, Action& action) {
  CLI::App* command = app.add_subcommand("verify", "Check that a store holds what it must");
  add_store(*command, options.store);
  command->add_option("--program", options.program, "Only this program")->type_name("ID");
  command->add_flag("--json", options.json, "Print the report as one JSON object");
  command->footer(
      "Nothing is changed. docs/audit.md explains what is checked and each finding. Exit code 0:\n"
      "everything holds; 1: findings; 3: no store there, or in use; 78: too damaged to be opened.\n"
      "Examples:\n"
      "  loyalty verify --store rocksdb:loyalty-data\n"
      "  loyalty verify --store rocksdb:backup --json | jq .findings");
  command->callback([&] { action = [&] { return verify(options); }; });
}

void add_export(CLI::App& app, ExportOptions& options, Action& action) {
  CLI::App* command = app.add_subcommand("export", "Print a whole store as JSON lines");
  add_store(*command, options.store);
  command->add_option("--output", options.output, "File; default: standard output")
      ->type_name("FILE");
  command->add_option("--program", options.program, "Only this program")->type_name("ID");
  command->footer(
      "Stores that got the same commands under the same clock export the same bytes, whatever\n"
      "their kind. docs/audit.md explains the lines.\n"
      "Examples:\n"
      "  loyalty export --store rocksdb:loyalty-data --output everything.jsonl\n"
      "  loyalty export --store rocksdb:backup | sha256sum");
  command->callback([&] { action = [&] { return export_lines(options); }; });
}

void add_correct(CLI::App& app, CorrectOptions& options, Action& action) {
  CLI::App* command =
      app.add_subcommand("correct", "Post the entries that make balances what a replay says");
  add_connect(*command, options.connect);
  command->add_option("--program", options.program, "Program")->type_name("ID")->required();
  command->add_option("--csv", options.csv, "The list that `loyalty replay --csv` wrote")
      ->type_name("FILE")
      ->required();
  command
      ->add_option("--name", options.name, "Of this correction; nobody is corrected twice under it")
      ->type_name("NAME")
      ->required();
  command->add_option("--reason", options.reason, "For the ledger")->type_name("TEXT")->required();
  command->add_option("--actor", options.actor, "Who does it on behalf of the program")
      ->type_name("WHO");
  command->add_option("--rejects", options.rejects, "For what is refused; default: CSV.rejects.csv")
      ->type_name("FILE");
  command->add_flag("--dry-run", options.dry_run, "Only say what would be posted");
  command->add_flag("--json", options.json, "Print the totals as one JSON object");
  command->footer(
      "What a member has spent already cannot be taken: such entries are refused and listed. The\n"
      "list comes from loyalty replay mended.toml --store URL --csv all.csv.\n"
      "Examples:\n"
      "  loyalty correct --program cloud-kicks --csv all.csv --name shoes-march \\\n"
      "    --reason 'shoe points were 1 instead of 1.5' --dry-run");
  command->callback([&] { action = [&] { return correct(options); }; });
}

void add_replay(CLI::App& app, ReplayCommand& options, Action& action) {
  CLI::App* command =
      app.add_subcommand("replay", "What a program file would have made of the past");
  command->add_option("file", options.file, "Proposed program file")->type_name("FILE")->required();
  command
      ->add_option("--store", options.store.url, "Store, such as rocksdb:DIR; its server may run")
      ->type_name("URL")
      ->required()
      ->envname("LOYALTY_STORE");
  command
      ->add_option("--state-directory", options.store.state_directory,
                   "Redis: state directory of its server, to compare with what was acknowledged")
      ->type_name("DIR")
      ->envname("LOYALTY_STATE_DIRECTORY");
  command->add_option("--program", options.program, "Program; default: the one of the file")
      ->type_name("ID");
  command
      ->add_option("--from", options.from,
                   "Day or instant from which the proposed rules hold; default: always")
      ->type_name("TIME");
  command->add_option("--to", options.to, "Day or instant before which it ends; default: all")
      ->type_name("TIME");
  command->add_option("--members", options.members, "How many that gain most, and that lose most")
      ->type_name("N")
      ->capture_default_str();
  command->add_option("--by", options.by, "Currency that ranks them; default: the primary one")
      ->type_name("ID");
  command->add_option("--csv", options.csv, "Write a line for each member")->type_name("FILE");
  command->add_option("--threads", options.threads, "Default: one for each core")->type_name("N");
  command->add_flag("--json", options.json, "Print the report as one JSON object");
  command->footer(
      "Nothing is changed, and the server that uses the store is not held up. The same file, "
      "store\n"
      "and period give the same digest. docs/program-files.md explains the figures.\n"
      "Examples:\n"
      "  loyalty replay proposed.toml --store rocksdb:loyalty-data\n"
      "  loyalty replay proposed.toml --store rocksdb:loyalty-data --from 2025-01-01 \\\n"
      "    --to 2026-01-01 --csv members.csv");
  command->callback([&] { action = [&] { return replay_file(options); }; });
}

void add_cluster(CLI::App& app, ClusterOptions& options, Action& action) {
  CLI::App* command = app.add_subcommand("cluster", "The nodes of a cluster, and orders to them");
  command->require_subcommand(1);
  using Order = ClusterOptions::Order;
  const auto add = [&](const std::string& name, const std::string& doc, Order order) {
    CLI::App* one = command->add_subcommand(name, doc);
    add_connect(*one, options.connect);
    one->add_flag("--json", options.json, "Print the answer as one JSON object");
    one->callback([&options, &action, order] {
      options.order = order;
      action = [&options] { return cluster(options); };
    });
    return one;
  };
  add("status", "Show the nodes and where the shards are", Order::status);
  CLI::App* drain = add("drain", "Let a node give its shards to the others", Order::drain);
  drain->add_option("node", options.node, "Its name")->type_name("NODE")->required();
  CLI::App* move = add("move", "Put a shard on a node", Order::move);
  move->add_option("shard", options.shard, "Its number")->type_name("SHARD")->required();
  move->add_option("node", options.node, "Default: where the placement puts it")->type_name("NODE");
  command->footer(
      "Any node answers. docs/operations.md explains the states.\n"
      "Examples:\n"
      "  loyalty cluster status\n"
      "  loyalty cluster drain shop-2 --connect 127.0.0.1:7401\n"
      "  loyalty cluster move 17 shop-3");
}

int parse_and_run(int argc, char** argv) {
  CLI::App app{"A real-time loyalty server and its tools", "loyalty"};
  app.set_version_flag("--version", "loyalty " LOYALTY_VERSION);
  app.require_subcommand(0, 1);
  app.footer(
      "Exit codes: 0 ok, 1 refused or failed, 2 wrong usage or configuration, 3 store or port not\n"
      "available. \"loyalty SUBCOMMAND --help\" shows options and examples.");
  app.failure_message(CLI::FailureMessage::simple);
  Action action;
  const ServeCommand serve_command(app, action);
  CallOptions call_options;
  CorrectOptions correct_options;
  WatchOptions watch_options;
  std::vector<std::string> files;
  ApplyOptions apply_options;
  DescribeOptions describe_options;
  ReportOptions report_options;
  ImportOptions import_options;
  BenchOptions bench_options;
  DemoOptions demo_options;
  MethodsOutput methods_output = MethodsOutput::names;
  VerifyOptions verify_options;
  ExportOptions export_options;
  ReplayCommand replay_command;
  ClusterOptions cluster_options;
  add_call(app, call_options, action);
  add_watch(app, watch_options, action);
  add_check_config(app, files, action);
  add_apply(app, apply_options, action);
  add_describe(app, describe_options, action);
  add_report(app, report_options, action);
  add_import(app, import_options, action);
  add_bench(app, bench_options, action);
  add_demo(app, demo_options, action);
  add_methods(app, methods_output, action);
  add_verify(app, verify_options, action);
  add_export(app, export_options, action);
  add_replay(app, replay_command, action);
  add_cluster(app, cluster_options, action);
  add_correct(app, correct_options, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // The library's own codes are beyond 100; help and version are its successes.
    return app.exit(error, std::cout, std::cerr) == 0 ? exit_ok : exit_usage;
  }
  if (!action) {
    std::fputs(app.help().c_str(), stderr);
    return exit_usage;
  }
  return action();
}

}  // namespace

int run(int argc, char** argv) {
  try {
    return parse_and_run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "loyalty: %s\n", error.what());
    return exit_failed;
  }
}

}  // namespace loyalty::cli
