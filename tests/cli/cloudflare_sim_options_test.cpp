// SPDX-License-Identifier: Apache-2.0
// The command line of cloudflare-sim: what it takes, and that each mistake is refused by name without showing a token.
#include "cli/cloudflare_sim_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace originpull::cli {
namespace {

Result<std::variant<CloudflareSimOptions, SimHelp>> parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "cloudflare-sim");
  return parse_cloudflare_sim_options(static_cast<int>(arguments.size()), arguments.data());
}

TEST(CloudflareSimOptions, reads_all_of_them) {
  const auto parsed = parse({"--listen",
                             "127.0.0.1:8443",
                             "--port-file",
                             "p",
                             "--tls",
                             "--ca-out",
                             "ca",
                             "--zone",
                             "example.com",
                             "--zone",
                             "example.org=023e105f4ecef8ad9ca31a8372d0c353",
                             "--token",
                             "all-of-it",
                             "--token",
                             "reader:zone-read,ssl-read",
                             "--deploy-delay",
                             "250ms",
                             "--delete-delay",
                             "0",
                             "--list-lag",
                             "5s",
                             "--requests",
                             "0",
                             "--quiet"});
  ASSERT_TRUE(parsed) << describe(parsed.error());
  const auto& options = std::get<CloudflareSimOptions>(*parsed);
  EXPECT_EQ(options.address, "127.0.0.1");
  EXPECT_EQ(options.port, 8443);
  EXPECT_EQ(options.port_file, "p");
  EXPECT_TRUE(options.tls);
  EXPECT_EQ(options.ca_out, "ca");
  ASSERT_EQ(options.zones.size(), 2U);
  EXPECT_EQ(options.zones[0].name, "example.com");
  EXPECT_EQ(options.zones[0].id, "");
  EXPECT_EQ(options.zones[1].id, "023e105f4ecef8ad9ca31a8372d0c353");
  ASSERT_EQ(options.tokens.size(), 2U);
  EXPECT_THAT(options.tokens[0].permissions, testing::SizeIs(5));
  EXPECT_THAT(options.tokens[1].permissions, testing::ElementsAre("zone-read", "ssl-read"));
  EXPECT_EQ(options.modes.deploy_delay, Duration(250));
  EXPECT_EQ(options.modes.delete_delay, Duration(0));
  EXPECT_EQ(options.modes.list_lag, Seconds(5));
  EXPECT_EQ(options.modes.requests, 0);
  EXPECT_TRUE(options.quiet);
}

TEST(CloudflareSimOptions, help_and_version_are_answers) {
  const auto help = parse({"--help"});
  ASSERT_TRUE(help);
  EXPECT_THAT(std::get<SimHelp>(*help).text, testing::HasSubstr("--deploy-delay"));
  EXPECT_EQ(std::get<SimHelp>(*parse({"--version"})).code, 0);
}

TEST(CloudflareSimOptions, help_shows_a_stranger_how_to_start_it_and_how_to_control_it) {
  const std::string help = std::get<SimHelp>(*parse({"--help"})).text;
  for (const char* part :
       {"--zone example.com --token secret", "Authorization: Bearer secret", "/__control/state", "PATCH",
        R"("without": [28])", R"("do": "zone-level")", R"("tokens": [{"token": "secret"})"}) {
    EXPECT_THAT(help, testing::HasSubstr(part));
  }
}

TEST(CloudflareSimOptions, a_file_takes_the_place_of_zones_and_tokens) {
  const auto parsed = parse({"--state", "state.json"});
  ASSERT_TRUE(parsed) << describe(parsed.error());
  EXPECT_EQ(std::get<CloudflareSimOptions>(*parsed).state_file, "state.json");
}

TEST(CloudflareSimOptions, the_page_about_behaviours_is_an_answer) {
  EXPECT_THAT(std::get<SimHelp>(*parse({"--behaviours"})).text, testing::HasSubstr("| 66 | `literal_paths` |"));
}

TEST(CloudflareSimOptions, mistakes_are_named) {
  const std::pair<std::vector<const char*>, std::string> mistakes[] = {
      {{"--token", "t"}, "--zone"},
      {{"--zone", "z"}, "--token"},
      {{"--zone", "z=123", "--token", "t"}, "--zone"},
      {{"--zone", "z", "--token", "t", "--listen", "8080"}, "--listen"},
      {{"--zone", "z", "--token", "t", "--listen", "127.0.0.1:70000"}, "--listen"},
      {{"--zone", "z", "--token", "t", "--deploy-delay", "soon"}, "a time"},
      {{"--zone", "z", "--token", "t", "--ca-out", "f"}, "--tls"},
      {{"--zone", "z", "--token", "t", "--unknown"}, "--unknown"},
  };
  for (const auto& [arguments, name] : mistakes) {
    const auto parsed = parse(arguments);
    ASSERT_FALSE(parsed) << name;
    EXPECT_EQ(parsed.error().kind, ErrorKind::kInvalid);
    EXPECT_THAT(parsed.error().message, testing::HasSubstr(name));
  }
}

TEST(CloudflareSimOptions, a_token_is_never_shown) {
  const auto parsed = parse({"--zone", "z", "--token", "hush-hush:everything"});
  ASSERT_FALSE(parsed);
  EXPECT_THAT(describe(parsed.error()), testing::Not(testing::HasSubstr("hush")));
}

TEST(SimDuration, takes_a_number_and_a_unit) {
  EXPECT_EQ(*parse_sim_duration("3s"), Seconds(3));
  EXPECT_EQ(*parse_sim_duration("1500ms"), Duration(1'500));
  EXPECT_EQ(*parse_sim_duration("2m"), Seconds(120));
  EXPECT_EQ(*parse_sim_duration("0"), Duration(0));
  for (const std::string text : {"", "3", "s", "-1s", "3 s", "3d", "1e3s", "99999999999999999999s"}) {
    EXPECT_FALSE(parse_sim_duration(text)) << text;
  }
}

TEST(CloudflareSimOptions, read_the_edge_and_the_origins_of_its_zones) {
  const auto parsed = parse({"--zone",         "example.com",
                             "--zone",         "example.org",
                             "--token",        "t",
                             "--edge",         "127.0.0.1:8080",
                             "--origin",       "example.org=127.0.0.1:8443",
                             "--origin-ca",    "example.org=ca.pem",
                             "--edge-nodes",   "4",
                             "--edge-spread",  "2s",
                             "--edge-seed",    "7",
                             "--edge-pool",    "origin",
                             "--edge-refused", "520"});
  ASSERT_TRUE(parsed) << describe(parsed.error());
  const auto& options = std::get<CloudflareSimOptions>(*parsed);
  ASSERT_TRUE(options.edge);
  EXPECT_EQ(options.edge->listen.port, 8080);
  EXPECT_EQ(options.edge->nodes, 4U);
  EXPECT_EQ(options.edge->pooling, EdgePooling::kByOrigin);
  EXPECT_EQ(options.edge->refused_status, 520);
  EXPECT_EQ(options.modes.edge_spread, Seconds(2));
  EXPECT_EQ(options.modes.edge_seed, 7);
  EXPECT_EQ(options.zones[0].origin, "");
  EXPECT_EQ(options.zones[1].origin, "127.0.0.1:8443");
  EXPECT_EQ(options.zones[1].origin_ca_file, "ca.pem");
}

TEST(CloudflareSimOptions, refuse_an_edge_that_makes_no_sense) {
  const auto complaint = [](std::vector<const char*> more) {
    more.insert(more.begin(), {"--zone", "example.com", "--token", "t"});
    const auto parsed = parse(more);
    return parsed ? std::string("none") : parsed.error().message;
  };
  EXPECT_EQ(complaint({}), "none");
  EXPECT_THAT(complaint({"--edge", "here"}), testing::HasSubstr("--edge expects"));
  EXPECT_THAT(complaint({"--origin", "example.org=127.0.0.1:1"}), testing::HasSubstr("name of a --zone"));
  EXPECT_THAT(complaint({"--origin", "example.com=origin.test:443"}), testing::HasSubstr("numeric address"));
  EXPECT_THAT(complaint({"--origin-ca", "example.com="}), testing::HasSubstr("--origin-ca expects"));
  EXPECT_THAT(complaint({"--edge-pool", "maybe"}), testing::HasSubstr("--edge-pool expects"));
  EXPECT_THAT(complaint({"--edge-nodes", "0"}), testing::HasSubstr("--edge-nodes"));
}

}  // namespace
}  // namespace originpull::cli
