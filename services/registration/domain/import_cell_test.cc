#include "services/registration/domain/import_cell.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

CodeTable Codes() {
  CodeTable codes;
  codes.Add("AAC007", "01", "因病");
  codes.Add("AAC007", "11", "自身发展动力不足");
  codes.Add("AAC008", "01", "因病");
  codes.Add("AAC008", "12", "因婚");
  codes.Add("AAB003", "1", "男");
  return codes;
}

struct Case {
  Table table;
  const char* field;
  std::string written;
  std::string read;  // empty if wrong
  v1::FindingReason reason = v1::FINDING_REASON_UNSPECIFIED;
};

class ReadCellTest : public ::testing::TestWithParam<Case> {};

TEST_P(ReadCellTest, Reads) {
  const Case& c = GetParam();
  const CodeTable codes = Codes();
  const ImportColumn& column = TableOf(c.table).Column(c.field);
  Cell cell;
  auto fault = ReadCell(column, codes.Find(column.dictionary), c.written, &cell);
  EXPECT_EQ(cell.text, c.read);
  EXPECT_EQ(fault ? fault->reason : v1::FINDING_REASON_UNSPECIFIED, c.reason);
  EXPECT_EQ(cell.state, c.read.empty() ? CellState::kWrong : CellState::kGiven);
  if (!fault) return;
  for (const auto& [key, value] : fault->metadata) {
    if (column.personal && key == "value") {
      EXPECT_EQ(value, "***");
    }
  }
}

constexpr Table H = Table::kHousehold, M = Table::kMember, I = Table::kIncome, L = Table::kLiving;

INSTANTIATE_TEST_SUITE_P(Text, ReadCellTest,
                         ::testing::Values(Case{H, "bank_name", " \t农村信用社\xE3\x80\x80", "农村信用社"},
                                           Case{H, "bank_name", "'=SUM(A1)", "=SUM(A1)"},
                                           Case{H, "bank_name", "''=x", "'=x"},
                                           Case{H, "bank_name", "O'Neill", "O'Neill"},
                                           Case{H, "bank_name", "甲\x01乙", "甲乙"},
                                           Case{H, "bank_name", std::string(61, 'x'), "", v1::CELL_TOO_LONG},
                                           Case{M, "name", "张（小）三", "张（小）三"}));

INSTANTIATE_TEST_SUITE_P(Codes, ReadCellTest,
                         ::testing::Values(Case{H, "main_cause", "01", "01"}, Case{H, "main_cause", "1", "01"},
                                           Case{H, "main_cause", "０１", "01"}, Case{H, "main_cause", "因病", "01"},
                                           Case{H, "main_cause", "77", "", v1::CODE_UNKNOWN}, Case{M, "sex", "1", "1"},
                                           Case{H, "other_causes", "12、1,12", "12,01"},
                                           Case{H, "other_causes", "12,77", "", v1::CODE_UNKNOWN}));

INSTANTIATE_TEST_SUITE_P(Dates, ReadCellTest,
                         ::testing::Values(Case{M, "birth_date", "1949-12-31", "1949-12-31"},
                                           Case{M, "birth_date", "1949/12/1", "1949-12-01"},
                                           Case{M, "birth_date", "19491231", "1949-12-31"},
                                           Case{M, "birth_date", "1949年12月31日", "1949-12-31"},
                                           Case{M, "birth_date", "43105", "2018-01-05"},
                                           Case{M, "birth_date", "1949-02-30", "", v1::DATE_INVALID},
                                           Case{M, "birth_date", "昨天", "", v1::DATE_INVALID}));

INSTANTIATE_TEST_SUITE_P(
    Numbers, ReadCellTest,
    ::testing::Values(
        Case{I, "wage_fen", "1234.5", "123450"}, Case{I, "wage_fen", "1,234.56", "123456"},
        Case{I, "wage_fen", "１２.３４", "1234"}, Case{I, "wage_fen", "0", "0"}, Case{I, "wage_fen", "7.00", "700"},
        Case{I, "wage_fen", "1.234", "", v1::NUMBER_INVALID}, Case{I, "wage_fen", "-1", "", v1::NUMBER_INVALID},
        Case{I, "wage_fen", "1e5", "", v1::NUMBER_INVALID}, Case{I, "wage_fen", "1.", "", v1::NUMBER_INVALID},
        Case{I, "wage_fen", "99999999999999", "", v1::NUMBER_INVALID}, Case{I, "net_fen", "-5.5", "-550"},
        Case{L, "arable_centi_mu", "十二亩", "", v1::NUMBER_INVALID}, Case{M, "work_months", "6.0", "6"},
        Case{M, "work_months", "6.5", "", v1::NUMBER_INVALID}, Case{M, "work_months", "13", "", v1::NUMBER_INVALID},
        Case{I, "year", "2020", "2020"}, Case{I, "year", "20", "", v1::YEAR_INVALID}));

INSTANTIATE_TEST_SUITE_P(Others, ReadCellTest,
                         ::testing::Values(Case{M, "soldier", "1", "t"}, Case{M, "soldier", "否", "f"},
                                           Case{M, "soldier", "或许", "", v1::YES_NO_INVALID},
                                           Case{H, "phone", "138 0000 1234", "13800001234"},
                                           Case{H, "phone", "'+86-13800001234", "+86-13800001234"},
                                           Case{H, "phone", "电话", "", v1::PHONE_INVALID},
                                           Case{H, "bank_account", "\t6228480000000000", "6228480000000000"},
                                           Case{H, "bank_account", "6.22848E+15", "", v1::BANK_ACCOUNT_INVALID},
                                           Case{M, "id_number", "11010519491231002x", "11010519491231002X"},
                                           Case{M, "id_number", "'11010519491231002X", "11010519491231002X"},
                                           Case{M, "id_number", "110105194912310021", "", v1::IDENTITY_CHECKSUM},
                                           Case{M, "id_number", "1101", "", v1::IDENTITY_FORMAT},
                                           Case{M, "id_number", "1.10105E+17", "", v1::IDENTITY_FLOAT_DAMAGED},
                                           Case{M, "id_number", "110105491231002", "11010519491231002X",
                                                v1::IDENTITY_15_DIGITS},
                                           Case{H, "area", "150526103201", "150526103201"},
                                           Case{H, "area", "150526", "", v1::AREA_UNKNOWN}));

TEST(CellStateTest, EmptyMaskedAndClearedAreNotValues) {
  const ImportColumn& phone = TableOf(H).Column("phone");
  const ImportColumn& bank = TableOf(H).Column("bank_name");
  Cell cell;
  EXPECT_FALSE(ReadCell(phone, nullptr, "  ", &cell));
  EXPECT_EQ(cell.state, CellState::kEmpty);
  EXPECT_FALSE(ReadCell(phone, nullptr, "138****34", &cell));
  EXPECT_EQ(cell.state, CellState::kMasked);
  EXPECT_FALSE(ReadCell(bank, nullptr, "某*行", &cell));
  EXPECT_EQ(cell.state, CellState::kGiven) << "only sealed cells are ever exported masked";
  EXPECT_FALSE(ReadCell(phone, nullptr, "（清空）", &cell));
  EXPECT_EQ(cell.state, CellState::kCleared);
  EXPECT_EQ(cell.text, "");
}

TEST(CellFaultTest, RepeatsWhatWasWrittenShortened) {
  std::string written;
  for (int i = 0; i < 40; ++i) written += "长";
  Cell cell;
  auto fault = ReadCell(TableOf(I).Column("wage_fen"), nullptr, written, &cell);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->metadata[0].second, written.substr(0, 90) + "…");
}

}  // namespace
}  // namespace bangfu::registration::domain
