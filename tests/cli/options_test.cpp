// SPDX-License-Identifier: Apache-2.0
// The command line: the defaults, each option once, that each refusal names its option, and the words that are answers
// (help, version, the metrics' page). The arguments of the chart's Deployment are tried as it writes them.
#include "cli/options.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <regex>

#include "cli/version.hpp"
#include "control/metrics_reference.hpp"

namespace originpull::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Result<std::variant<Options, PrintAndExit>> parse(std::vector<std::string> arguments) {
  std::vector<const char*> argv{"origin-pull-operator"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  return parse_options(static_cast<int>(argv.size()), argv.data());
}

Options run_with(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "run");
  auto parsed = parse(std::move(arguments));
  EXPECT_TRUE(parsed) << describe(parsed.error());
  if (!parsed || !std::holds_alternative<Options>(*parsed)) return {};
  return std::get<Options>(std::move(*parsed));
}

// What is said about `run` with this argument; empty if it is taken.
std::string refusal(const std::string& argument) {
  const auto parsed = parse({"run", argument});
  if (parsed) return {};
  EXPECT_EQ(parsed.error().kind, ErrorKind::kInvalid);
  return describe(parsed.error());
}

std::string printed(std::vector<std::string> arguments) {
  const auto parsed = parse(std::move(arguments));
  if (!parsed || !std::holds_alternative<PrintAndExit>(*parsed)) return "nothing is printed";
  EXPECT_EQ(std::get<PrintAndExit>(*parsed).code, 0);
  return std::get<PrintAndExit>(*parsed).text;
}

TEST(Options, without_any_the_defaults_hold) {
  const Options o = run_with({});
  EXPECT_EQ(o.kubeconfig, "");
  EXPECT_THAT(o.namespaces, ElementsAre(""));  // the default one, known once the cluster is
  EXPECT_EQ(o.secret_watch, control::SecretWatch::kMetadata);
  EXPECT_EQ(o.missing_secret_grace, Seconds(600));
  EXPECT_EQ(o.workers, 4U);
  EXPECT_TRUE(o.serve);
  EXPECT_EQ(o.listen_address, "0.0.0.0");
  EXPECT_EQ(o.listen_port, 8080);
  EXPECT_TRUE(o.leader_elect);
  EXPECT_EQ(o.lease_name, "origin-pull-operator");
  EXPECT_EQ(o.lease_duration, Seconds(15));
  EXPECT_EQ(o.renew_deadline, Seconds(10));
  EXPECT_EQ(o.retry_period, Seconds(2));
  EXPECT_EQ(o.cloudflare_base_url, "https://api.cloudflare.com/client/v4");
  EXPECT_EQ(o.cloudflare_ca_file, "");
  EXPECT_EQ(o.cloudflare_budget, 600);
  EXPECT_EQ(o.log_level, LogLevel::kInfo);
  EXPECT_EQ(o.log_format, LogFormat::kJson);
}

TEST(Options, embedded_is_an_api_of_ones_own_on_loopback) {
  EXPECT_FALSE(run_with({}).embedded);
  const Options plain = run_with({"--embedded"});
  ASSERT_TRUE(plain.embedded);
  EXPECT_EQ(plain.embedded->listen.address, "127.0.0.1");
  EXPECT_EQ(plain.embedded->listen.port, 0);
  EXPECT_EQ(plain.embedded->manifests, "");
  EXPECT_THAT(plain.namespaces, IsEmpty()) << "all of them";
  EXPECT_TRUE(plain.leader_elect);
  const Options full = run_with(
      {"--embedded", "-f", "dir", "--embedded-listen=127.0.0.1:7443", "--write-kubeconfig=k", "--namespace=edge"});
  ASSERT_TRUE(full.embedded);
  EXPECT_EQ(full.embedded->manifests, "dir");
  EXPECT_EQ(full.embedded->listen.port, 7443);
  EXPECT_EQ(full.embedded->kubeconfig_out, "k");
  EXPECT_THAT(full.namespaces, ElementsAre("edge"));
}

TEST(Options, what_does_not_go_with_embedded_or_without_it_is_refused) {
  const auto words = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "run");
    const auto parsed = parse(std::move(arguments));
    return parsed ? std::string() : describe(parsed.error());
  };
  EXPECT_THAT(words({"--embedded", "--kubeconfig=k"}), HasSubstr("--embedded"));
  EXPECT_THAT(words({"--embedded", "--context=c"}), HasSubstr("--embedded"));
  EXPECT_THAT(words({"-f", "dir"}), HasSubstr("--manifests"));
  EXPECT_THAT(words({"--write-kubeconfig=k"}), HasSubstr("--write-kubeconfig"));
  EXPECT_THAT(words({"--embedded", "--embedded-listen=0.0.0.0:7443"}), HasSubstr("--embedded-listen"));
  EXPECT_EQ(words({"--embedded", "--embedded-listen=0.0.0.0:7443", "--embedded-anywhere"}), "");
}

TEST(Options, where_to_work_and_on_what) {
  EXPECT_EQ(run_with({"--kubeconfig=/k"}).kubeconfig, "/k");
  EXPECT_EQ(run_with({"--context", "c"}).context, "c");
  EXPECT_THAT(run_with({"--namespace=a,b"}).namespaces, ElementsAre("a", "b"));
  EXPECT_THAT(run_with({"--namespace=a", "--namespace=b"}).namespaces, ElementsAre("a", "b"));
  EXPECT_THAT(run_with({"--all-namespaces"}).namespaces, IsEmpty());
  EXPECT_EQ(run_with({"--secret-watch=named"}).secret_watch, control::SecretWatch::kNamed);
  EXPECT_EQ(run_with({"--secret-selector=app=edge"}).secret_selector.text(), "app=edge");
  EXPECT_EQ(run_with({"--missing-secret-grace=1h30m"}).missing_secret_grace, Seconds(5400));
}

TEST(Options, how_to_run) {
  EXPECT_EQ(run_with({"--workers=64"}).workers, 64U);
  EXPECT_EQ(run_with({"--listen=127.0.0.1:0"}).listen_address, "127.0.0.1");
  EXPECT_EQ(run_with({"--listen=127.0.0.1:0"}).listen_port, 0);
  EXPECT_EQ(run_with({"--listen=:65535"}).listen_port, 65535);
  EXPECT_FALSE(run_with({"--listen=off"}).serve);
  EXPECT_EQ(run_with({"--log-level=debug"}).log_level, LogLevel::kDebug);
  EXPECT_EQ(run_with({"--log-level=error"}).log_level, LogLevel::kError);
  EXPECT_EQ(run_with({"--log-format=text"}).log_format, LogFormat::kText);
}

TEST(Options, how_to_lead) {
  EXPECT_TRUE(run_with({"--leader-elect"}).leader_elect);
  EXPECT_TRUE(run_with({"--leader-elect=true"}).leader_elect);
  EXPECT_FALSE(run_with({"--leader-elect=false"}).leader_elect);
  EXPECT_EQ(run_with({"--lease-name=l"}).lease_name, "l");
  EXPECT_EQ(run_with({"--lease-namespace=n"}).lease_namespace, "n");
  const Options o = run_with({"--lease-duration=1m", "--renew-deadline=40s", "--retry-period=5s"});
  EXPECT_EQ(o.lease_duration, Seconds(60));
  EXPECT_EQ(o.renew_deadline, Seconds(40));
  EXPECT_EQ(o.retry_period, Seconds(5));
}

TEST(Options, how_to_call_cloudflare) {
  EXPECT_EQ(run_with({"--cloudflare-base-url=http://127.0.0.1:1/client/v4"}).cloudflare_base_url,
            "http://127.0.0.1:1/client/v4");
  EXPECT_EQ(run_with({"--cloudflare-ca-file=/ca.pem"}).cloudflare_ca_file, "/ca.pem");
  EXPECT_EQ(run_with({"--cloudflare-budget=1200"}).cloudflare_budget, 1200);
}

TEST(Options, each_refusal_names_its_option_and_what_it_got) {
  EXPECT_THAT(refusal("--secret-watch=some"),
              HasSubstr("--secret-watch: must be one of metadata, named, not \"some\""));
  EXPECT_THAT(refusal("--secret-selector=a in (b)"), HasSubstr("--secret-selector: "));
  EXPECT_THAT(refusal("--missing-secret-grace=10"), HasSubstr("--missing-secret-grace: \"10\" is no duration"));
  EXPECT_THAT(refusal("--workers=0"), HasSubstr("--workers: "));
  EXPECT_THAT(refusal("--workers=65"), HasSubstr("--workers: "));
  EXPECT_THAT(refusal("--workers=many"), HasSubstr("--workers"));
  for (const char* listen : {"8080", "host:", "host:http", ":65536", ":-1", ""})
    EXPECT_THAT(refusal(std::string("--listen=") + listen), HasSubstr("--listen")) << listen;
  EXPECT_THAT(refusal("--leader-elect=perhaps"), HasSubstr("--leader-elect"));
  EXPECT_THAT(refusal("--lease-duration=soon"), HasSubstr("--lease-duration: \"soon\""));
  EXPECT_THAT(refusal("--renew-deadline=1d"), HasSubstr("--renew-deadline: \"1d\""));
  EXPECT_THAT(refusal("--retry-period=-2s"), HasSubstr("--retry-period: \"-2s\""));
  EXPECT_THAT(refusal("--cloudflare-base-url=api.cloudflare.com"), HasSubstr("--cloudflare-base-url: "));
  for (const std::string url : {"http://api.cloudflare.com/client/v4", "http://127.0.0.1.example.com/",
                                "http://127.0.0.1@example.com/", "http://"})
    EXPECT_THAT(refusal("--cloudflare-base-url=" + url), HasSubstr("in clear")) << url;
  EXPECT_THAT(refusal("--cloudflare-budget=9"), HasSubstr("--cloudflare-budget: "));
  EXPECT_THAT(refusal("--cloudflare-budget=1201"), HasSubstr("--cloudflare-budget: "));
  EXPECT_THAT(refusal("--log-level=loud"), HasSubstr("--log-level: must be one of debug, info, warning, error"));
  EXPECT_THAT(refusal("--log-format=xml"), HasSubstr("--log-format: must be one of json, text"));
  EXPECT_THAT(refusal("--no-such-option"), HasSubstr("--no-such-option"));
}

TEST(Options, namespaces_and_all_of_them_exclude_each_other) {
  const auto parsed = parse({"run", "--all-namespaces", "--namespace=a"});
  ASSERT_FALSE(parsed);
  EXPECT_EQ(describe(parsed.error()), "--all-namespaces: and --namespace exclude each other; give one");
}

TEST(Options, the_durations_of_the_lease_must_fit_together) {
  EXPECT_THAT(refusal("--renew-deadline=15s"), HasSubstr("--lease-duration: with --renew-deadline and --retry-period"));
  EXPECT_THAT(refusal("--retry-period=9s"), HasSubstr("--retry-period: the renew deadline"));
  EXPECT_FALSE(run_with({"--leader-elect=false", "--renew-deadline=15s"}).leader_elect);
}

TEST(Options, a_command_must_be_given_and_known) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{}, {"stop"}, {"run", "now"}}) {
    const auto parsed = parse(arguments);
    ASSERT_FALSE(parsed);
    EXPECT_THAT(describe(parsed.error()), HasSubstr("--help"));
  }
}

TEST(Options, the_version_is_one_line) {
  EXPECT_EQ(printed({"--version"}), std::string(kVersion) + "\n");
  EXPECT_EQ(printed({"version"}), std::string(kVersion) + "\n");
}

TEST(Options, the_help_of_run_tells_its_options_and_their_defaults) {
  const std::string top = printed({"--help"});
  for (const char* word : {"run", "version", "metrics-reference"}) EXPECT_THAT(top, HasSubstr(word));
  const std::string help = printed({"run", "--help"});
  for (const char* option : {"--kubeconfig FILE",
                             "--context NAME",
                             "--namespace NAME",
                             "--all-namespaces",
                             "--secret-watch HOW=metadata",
                             "--secret-selector",
                             "--missing-secret-grace DURATION=10m",
                             "--workers NUMBER=4",
                             "--listen ADDRESS:PORT=:8080",
                             "--log-level LEVEL=info",
                             "--log-format FORMAT=json",
                             "--leader-elect",
                             "--lease-name NAME=origin-pull-operator",
                             "--lease-namespace NAME",
                             "--lease-duration DURATION=15s",
                             "--renew-deadline DURATION=10s",
                             "--retry-period DURATION=2s",
                             "--cloudflare-base-url URL=https://api.cloudflare.com/client/v4",
                             "--cloudflare-ca-file FILE",
                             "--cloudflare-budget NUMBER=600"})
    EXPECT_THAT(help, HasSubstr(option));
}

TEST(Options, the_page_about_the_metrics_can_be_printed) {
  EXPECT_EQ(printed({"metrics-reference"}), control::metrics_reference());
}

TEST(Options, all_that_the_chart_writes_is_understood) {
  const Options o = run_with(
      {"--namespace=team-a,team-b", "--secret-watch=metadata", "--secret-selector=app.kubernetes.io/part-of=edge",
       "--listen=:8080", "--leader-elect=true", "--lease-name=origin-pull-operator", "--lease-namespace=edge",
       "--lease-duration=15s", "--renew-deadline=10s", "--retry-period=2s", "--log-level=info", "--log-format=json",
       "--cloudflare-base-url=https://api.cloudflare.com/client/v4", "--cloudflare-ca-file=/ca/ca.crt",
       "--cloudflare-budget=600", "--missing-secret-grace=10m", "--workers=4"});
  EXPECT_THAT(o.namespaces, ElementsAre("team-a", "team-b"));
  EXPECT_EQ(o.lease_namespace, "edge");
}

// The list above cannot lag behind the chart unseen: each option that its template names is one that run has.
TEST(Options, the_chart_names_no_option_that_run_does_not_have) {
  std::ifstream file(ORIGINPULL_SOURCE_DIR "/charts/origin-pull-operator/templates/deployment.yaml");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::string help = printed({"run", "--help"});
  const std::regex option("--[a-z][a-z-]+");
  std::size_t found = 0;
  for (std::sregex_iterator it(text.begin(), text.end(), option), end; it != end; ++it, ++found)
    EXPECT_THAT(help, HasSubstr("  " + it->str() + " ")) << it->str();
  EXPECT_GE(found, 15U);
}

}  // namespace
}  // namespace originpull::cli
