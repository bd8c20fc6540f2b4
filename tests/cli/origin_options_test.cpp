// SPDX-License-Identifier: Apache-2.0
// The command line of `cloudflare-sim origin`: what it takes, and which mistakes it refuses by name.
#include "cli/origin_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace originpull::cli {
namespace {

using testing::HasSubstr;

Result<std::variant<OriginOptions, SimHelp>> parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "origin");
  return parse_origin_options(static_cast<int>(arguments.size()), arguments.data());
}

std::string complaint(std::vector<const char*> arguments) {
  const auto parsed = parse(std::move(arguments));
  if (parsed) return "none";
  EXPECT_EQ(parsed.error().kind, ErrorKind::kInvalid);
  return parsed.error().message;
}

TEST(OriginOptions, are_read) {
  const auto parsed = parse({"--listen", "127.0.0.1:8443", "--client-ca", "ca.pem", "--name", "example.com", "--name",
                             "www.example.com", "--ca-out", "out", "--port-file", "port", "--require", "optional",
                             "--status", "127.0.0.1:0", "--quiet"});
  ASSERT_TRUE(parsed) << describe(parsed.error());
  const auto& options = std::get<OriginOptions>(*parsed);
  EXPECT_EQ(options.listen.port, 8443);
  EXPECT_EQ(options.client_ca_file, "ca.pem");
  EXPECT_THAT(options.names, testing::ElementsAre("example.com", "www.example.com"));
  EXPECT_EQ(options.ca_out, "out");
  EXPECT_EQ(options.port_file, "port");
  EXPECT_EQ(options.require, net::ClientCertificates::kOptional);
  EXPECT_TRUE(options.status);
  EXPECT_TRUE(options.quiet);
}

TEST(OriginOptions, demand_certificates_unless_told_otherwise) {
  const auto parsed = parse({"--client-ca", "ca.pem"});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(std::get<OriginOptions>(*parsed).require, net::ClientCertificates::kRequired);
  EXPECT_THAT(complaint({}), HasSubstr("--client-ca is needed"));
  EXPECT_THAT(complaint({"--require", "optional"}), HasSubstr("--client-ca is needed"));
  EXPECT_EQ(complaint({"--require", "off"}), "none");
}

TEST(OriginOptions, that_contradict_each_other_are_refused) {
  EXPECT_THAT(complaint({"--require", "off", "--server-cert", "c"}), HasSubstr("go together"));
  EXPECT_THAT(complaint({"--require", "off", "--server-cert", "c", "--server-key", "k", "--name", "n"}),
              HasSubstr("leave --server-cert out"));
  EXPECT_THAT(complaint({"--require", "maybe"}), HasSubstr("--require"));
  EXPECT_THAT(complaint({"--require", "off", "--status", "here"}), HasSubstr("--status expects"));
  EXPECT_THAT(complaint({"--require", "off", "--listen", "here"}), HasSubstr("--listen expects"));
}

TEST(OriginOptions, are_explained) {
  const auto parsed = parse({"--help"});
  ASSERT_TRUE(parsed);
  const std::string& text = std::get<SimHelp>(*parsed).text;
  for (const char* option : {"--client-ca", "--require", "--server-cert", "--status"}) {
    EXPECT_THAT(text, HasSubstr(option));
  }
}

}  // namespace
}  // namespace originpull::cli
