#include "services/gateway/domain/client.h"

#include "common/status/refusal.h"
#include "gtest/gtest.h"

namespace bangfu::gateway {
namespace {

using v1::DepartmentClient;

const std::string kCertificate(64, 'a');
constexpr absl::CivilDay kToday(2026, 3, 1);
const absl::Time kNow = absl::FromCivil(absl::CivilSecond(2026, 3, 1, 10, 0, 0), absl::FixedTimeZone(8 * 3600));

DepartmentClient Wanted(const std::string& id = "minzheng", const std::string& end = "2026-12-31") {
  DepartmentClient client;
  client.set_client_id(id);
  client.set_department("民政厅");
  client.set_legal_basis("社会救助暂行办法");
  client.add_purposes("低保核对");
  client.add_areas("150526000000");
  client.set_end_date(end);
  client.set_certificate_digest(kCertificate);
  return client;
}

TEST(ClientTest, RegistersWithIdAreasAndEnd) {
  const auto client = ProposeClient(Wanted(), "digest", "sysadmin", kToday);
  ASSERT_TRUE(client.ok());
  EXPECT_EQ(client->shown.state(), DepartmentClient::PROPOSED);
  EXPECT_EQ(client->shown.calls_per_minute(), 600);
  EXPECT_EQ(client->proposer, "sysadmin");

  DepartmentClient faulty = Wanted("Min.Zheng", "2026-02-28");
  faulty.set_areas(0, "nowhere");
  faulty.set_certificate_digest("AB:CD");
  const auto refused = ProposeClient(faulty, "digest", "sysadmin", kToday);
  EXPECT_EQ(status::BadRequestOf(refused.status()).field_violations_size(), 4);
}

TEST(ClientTest, MovesFromStateToState) {
  const ClientRecord proposed = *ProposeClient(Wanted(), "digest", "sysadmin", kToday);
  EXPECT_EQ(status::ReasonOf(ApproveClient(proposed, "sysadmin", kToday).status()), "GRANT_SAME_PERSON");
  EXPECT_EQ(status::ReasonOf(ApproveClient(proposed, "secadmin", kToday + 400).status()), "CLIENT_WRONG_STATE");
  EXPECT_EQ(status::ReasonOf(CheckUsable(proposed.shown, kCertificate, kToday)), "CLIENT_WRONG_STATE");

  const auto approved = ApproveClient(proposed, "secadmin", kToday);
  ASSERT_TRUE(approved.ok());
  EXPECT_TRUE(CheckUsable(approved->shown, kCertificate, kToday).ok());
  EXPECT_TRUE(CheckUsable(approved->shown, kCertificate, absl::CivilDay(2026, 12, 31)).ok());
  for (const std::string& other : {std::string(), std::string(64, 'b')}) {
    EXPECT_EQ(status::ReasonOf(CheckUsable(approved->shown, other, kToday)), "CLIENT_CERTIFICATE_WRONG");
  }
  EXPECT_EQ(status::ReasonOf(CheckUsable(approved->shown, kCertificate, absl::CivilDay(2027, 1, 1))),
            "CLIENT_WRONG_STATE");
  EXPECT_EQ(status::ReasonOf(ApproveClient(*approved, "secadmin", kToday).status()), "CLIENT_WRONG_STATE");

  const auto revoked = RevokeClient(*approved);
  ASSERT_TRUE(revoked.ok());
  EXPECT_EQ(status::ReasonOf(CheckUsable(revoked->shown, kCertificate, kToday)), "CLIENT_WRONG_STATE");
  EXPECT_EQ(status::ReasonOf(RevokeClient(*revoked).status()), "CLIENT_WRONG_STATE");
}

TEST(ClientTest, TokensSayDepartmentPurposesAndAreas) {
  const auth::Caller caller = CallerOfClient(Wanted("minzheng", "2026-03-01"), kNow);
  EXPECT_EQ(caller.subject, "client:minzheng");
  EXPECT_EQ(caller.session, "client:minzheng");
  EXPECT_EQ(caller.certificate, kCertificate);
  EXPECT_EQ(caller.department, "民政厅");
  EXPECT_EQ(caller.purposes, std::vector<std::string>{"低保核对"});
  v1::DepartmentClient busy = Wanted("minzheng", "2026-03-01");
  busy.set_calls_per_minute(30);
  EXPECT_EQ(CallerOfClient(busy, kNow).calls_per_minute, 30);
  ASSERT_EQ(caller.grants.size(), 1u);
  EXPECT_EQ(caller.grants[0].role, options::v1::DEPARTMENT);
  EXPECT_TRUE(caller.grants[0].areas[0].Contains(150526001001));
  EXPECT_EQ(caller.expire_time, kNow + absl::Hours(14));  // midnight of its last day
}

}  // namespace
}  // namespace bangfu::gateway
