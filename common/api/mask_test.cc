#include "common/api/mask.h"

#include "bangfu/registration/v1/area.pb.h"
#include "bangfu/registration/v1/household_service.pb.h"
#include "bangfu/registration/v1/member_service.pb.h"
#include "gtest/gtest.h"

namespace bangfu::api {
namespace {

using registration::v1::CreateHouseholdRequest;
using registration::v1::ListMembersResponse;
using registration::v1::Member;

TEST(MaskTest, FormsByFormat) {
  EXPECT_EQ(MaskText(options::v1::IDENTITY_NUMBER, "11010519491231002X"), "110*************2X");
  EXPECT_EQ(MaskText(options::v1::PHONE, "13800000021"), "138****21");
  EXPECT_EQ(MaskText(options::v1::PHONE, "12345"), "***");
  EXPECT_EQ(MaskText(options::v1::PHONE, "电话电话电话"), "***");
  EXPECT_EQ(MaskText(options::v1::BANK_ACCOUNT, "6222000000001234"), "****1234");
  EXPECT_EQ(MaskText(options::v1::FORMAT_UNSPECIFIED, "6222000000001234"), "***");
  EXPECT_EQ(MaskText(options::v1::PHONE, ""), "");
  for (auto format : {options::v1::IDENTITY_NUMBER, options::v1::PHONE, options::v1::BANK_ACCOUNT}) {
    const std::string once = MaskText(format, "440524188001010014");
    EXPECT_EQ(MaskText(format, once), once);
  }
}

TEST(MaskTest, ReachesEveryDepthAndTouchesNothingElse) {
  CreateHouseholdRequest request;
  request.mutable_household()->set_phone("13800000021");
  request.mutable_household()->set_national_id("13800000021");
  request.add_members()->set_id_number("11010519491231002X");
  request.add_members()->set_name("张三");
  MaskSealed(&request);
  EXPECT_EQ(request.household().phone(), "138****21");
  EXPECT_EQ(request.household().national_id(), "13800000021");
  EXPECT_EQ(request.household().bank_account(), "");
  EXPECT_EQ(request.members(0).id_number(), "110*************2X");
  EXPECT_EQ(request.members(1).name(), "张三");
  const std::string once = request.SerializeAsString();
  MaskSealed(&request);
  EXPECT_EQ(request.SerializeAsString(), once);
}

TEST(MaskTest, HidesHealthApartFromWhatIsSealed) {
  ListMembersResponse response;
  response.add_members()->set_health("02");
  response.add_members()->set_id_number("11010519491231002X");
  MaskHealth(&response);
  EXPECT_EQ(response.members(0).health(), "***");
  EXPECT_EQ(response.members(1).health(), "") << "what is not known is not hidden";
  EXPECT_EQ(response.members(1).id_number(), "11010519491231002X");
}

TEST(MaskTest, TellsWhatIsMasked) {
  const auto masked = [](const google::protobuf::Descriptor* type, const char* field, absl::string_view text) {
    return IsMasked(type->FindFieldByName(field)->options().GetExtension(options::v1::field), text);
  };
  for (const char* text : {"110*************2X", "1101**********002X", "***"}) {
    EXPECT_TRUE(masked(Member::descriptor(), "id_number", text)) << text;
  }
  EXPECT_TRUE(masked(Member::descriptor(), "phone", "138****21"));
  EXPECT_TRUE(masked(Member::descriptor(), "health", "***"));
  EXPECT_FALSE(masked(Member::descriptor(), "id_number", "11010519491231002X"));
  EXPECT_FALSE(masked(Member::descriptor(), "id_number", ""));
  EXPECT_FALSE(masked(Member::descriptor(), "name", "***")) << "is never shown masked";
}

TEST(MaskTest, KnowsWhichMessagesCanHoldWhatIsHidden) {
  EXPECT_TRUE(HasSealed(Member::descriptor()));
  EXPECT_TRUE(HasSealed(ListMembersResponse::descriptor()));
  EXPECT_FALSE(HasSealed(registration::v1::Area::descriptor()));
  EXPECT_TRUE(HasHealth(ListMembersResponse::descriptor()));
  EXPECT_FALSE(HasHealth(registration::v1::Area::descriptor()));
}

}  // namespace
}  // namespace bangfu::api
