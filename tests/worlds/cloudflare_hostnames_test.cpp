// SPDX-License-Identifier: Apache-2.0
// Hostnames and their certificates at the simulated Cloudflare, from the upload to the edge and back.
#include "worlds/cloudflare_hostnames.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "worlds/cloudflare_house.hpp"

namespace originpull::worlds {
namespace {

constexpr const char* kHost = "www.example.com";

class HostnamesTest : public testing::Test {
 protected:
  std::string upload(std::size_t index) { return house.uploaded(pool_pair(index), Level::kHostname); }
  Reply association(const std::string& host = kHost) { return house.get(house.hostnames() + "/" + host); }

  CloudflareHouse house;
};

TEST_F(HostnamesTest, an_association_reaches_the_edge_after_its_time_and_says_all_of_its_certificate) {
  const std::string id = upload(0);
  const Reply put = house.associate(kHost, id, true);
  ASSERT_TRUE(put.ok());
  ASSERT_EQ(put.result().size(), 1U);
  EXPECT_EQ(put.result()[0]["status"], "pending_deployment");
  EXPECT_EQ(house.presents(kHost), "none");
  house.advance(Seconds(3));
  EXPECT_EQ(house.presents(kHost), fingerprint_of(pool_pair(0)));
  EXPECT_EQ(house.presents("api.example.com"), "none");
  const auto object = association().result();
  EXPECT_EQ(object["status"], "active");
  EXPECT_EQ(object["cert_id"], id);
  EXPECT_EQ(object["enabled"], true);
  EXPECT_EQ(object["cert_status"], "active");
  for (const char* field : {"hostname", "created_at", "updated_at", "cert_uploaded_on", "cert_updated_at",
                            "certificate", "issuer", "serial_number", "signature", "expires_on"}) {
    EXPECT_TRUE(object.contains(field)) << field;
  }
  EXPECT_FALSE(object.contains("private_key"));
}

TEST_F(HostnamesTest, the_old_certificate_is_presented_until_the_new_one_is_deployed) {
  house.associate(kHost, upload(0), true);
  house.advance(Seconds(3));
  const std::string next = upload(1);
  house.associate(kHost, next, true);
  house.advance(Seconds(2));
  EXPECT_EQ(house.presents(kHost), fingerprint_of(pool_pair(0)));
  house.advance(Seconds(1));
  EXPECT_EQ(house.presents(kHost), fingerprint_of(pool_pair(1)));
}

TEST_F(HostnamesTest, a_voided_association_disappears_and_frees_its_certificate) {
  const std::string id = upload(0);
  house.associate(kHost, id, true);
  house.advance(Seconds(3));
  EXPECT_EQ(house.remove(id, Level::kHostname).code(), 1433);
  const Reply put = house.associate(kHost, id, nullptr);
  EXPECT_EQ(put.result()[0]["status"], "pending_deletion");
  EXPECT_TRUE(put.result()[0]["enabled"].is_null());
  EXPECT_EQ(house.remove(id, Level::kHostname).code(), 1433) << "it is not gone yet";
  house.advance(Seconds(2));
  EXPECT_EQ(association().status(), 404);
  EXPECT_EQ(association().code(), 1553);
  EXPECT_EQ(house.presents(kHost), "none");
  EXPECT_TRUE(house.associate(kHost, id, nullptr).ok()) << "a void may be repeated";
  EXPECT_TRUE(house.remove(id, Level::kHostname).ok());
  EXPECT_EQ(house.remove(id, Level::kHostname).code(), 1414);
}

TEST_F(HostnamesTest, a_put_is_judged_as_a_whole) {
  const std::string id = upload(0);
  const nlohmann::json config = {{{"hostname", "a.example.com"}, {"cert_id", id}, {"enabled", true}},
                                 {{"hostname", "b.example.com"}, {"cert_id", "nobody"}, {"enabled", true}}};
  EXPECT_EQ(house.call("PUT", house.hostnames(), nlohmann::json{{"config", config}}.dump()).code(), 1415);
  EXPECT_EQ(association("a.example.com").code(), 1553);
  for (const std::string body : {"", "{}", R"({"config":{}})", R"({"config":[]})", R"({"config":[{"cert_id":"x"}]})",
                                 R"({"config":[{"hostname":1}]})"}) {
    EXPECT_EQ(house.call("PUT", house.hostnames(), body).status(), 400) << body;
  }
}

TEST_F(HostnamesTest, the_same_put_again_changes_nothing) {
  const std::string id = upload(0);
  house.associate(kHost, id, true);
  house.advance(Seconds(3));
  EXPECT_EQ(house.associate("WWW.example.com", id, true).result()[0]["status"], "active");
}

TEST_F(HostnamesTest, certificates_of_the_two_levels_do_not_know_each_other) {
  const std::string of_zone = house.uploaded(pool_pair(0));
  EXPECT_EQ(house.associate(kHost, of_zone, true).code(), 1415);
  EXPECT_TRUE(house.upload(pool_pair(0), Level::kHostname).ok()) << "the same leaf may be at both";
  EXPECT_EQ(house.read(of_zone, Level::kHostname).status(), 404);
  EXPECT_EQ(house.remove("malformed", Level::kHostname).code(), 1415);
}

TEST_F(HostnamesTest, a_hostname_and_its_certificate_need_the_permission_of_their_zone) {
  house.service.world().add_token("reader", {"ssl-read"});
  EXPECT_EQ(house.call("GET", house.certificates(Level::kHostname), "", "reader").status(), 200);
  EXPECT_EQ(house.call("PUT", house.hostnames(), "{}", "reader").code(), 10001);
}

}  // namespace
}  // namespace originpull::worlds
