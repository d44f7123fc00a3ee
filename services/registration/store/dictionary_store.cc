#include "services/registration/store/dictionary_store.h"

namespace bangfu::registration::store {
namespace {

constexpr db::Statement kSelectValid = {"dictionary_entry.select_valid", R"sql(
  SELECT dictionary, code, label, valid_from::text, source, coalesce(valid_to::text, '') FROM dictionary_entry
  WHERE valid_from <= $1::date AND (valid_to IS NULL OR $1::date < valid_to)
  ORDER BY dictionary, code COLLATE "C")sql"};

constexpr db::Statement kSelectAll = {"dictionary_entry.select_all", R"sql(
  SELECT dictionary, code, label, valid_from::text, source, coalesce(valid_to::text, '') FROM dictionary_entry
  WHERE dictionary = $1 ORDER BY code COLLATE "C", valid_from)sql"};

constexpr db::Statement kSelectCodes = {"dictionary_entry.select_codes",
                                        "SELECT DISTINCT dictionary, code FROM dictionary_entry"};

v1::DictionaryEntry ReadEntry(const pqxx::row& row) {
  v1::DictionaryEntry entry;
  entry.set_code(row[1].as<std::string>());
  entry.set_label(row[2].as<std::string>());
  entry.set_valid_from(row[3].as<std::string>());
  entry.set_source(row[4].as<std::string>());
  entry.set_valid_to(row[5].as<std::string>());
  return entry;
}

}  // namespace

std::map<std::string, std::vector<v1::DictionaryEntry>> LoadDictionaries(db::Tx& tx, const std::string& today) {
  std::map<std::string, std::vector<v1::DictionaryEntry>> dictionaries;
  for (const auto& row : tx.Run(kSelectValid, today)) {
    dictionaries[row[0].as<std::string>()].push_back(ReadEntry(row));
  }
  return dictionaries;
}

std::vector<std::pair<std::string, std::string>> LoadCodes(db::Tx& tx) {
  std::vector<std::pair<std::string, std::string>> codes;
  for (const auto& row : tx.Run(kSelectCodes)) codes.emplace_back(row[0].as<std::string>(), row[1].as<std::string>());
  return codes;
}

std::vector<v1::DictionaryEntry> LoadDictionary(db::Tx& tx, const std::string& dictionary) {
  std::vector<v1::DictionaryEntry> entries;
  for (const auto& row : tx.Run(kSelectAll, dictionary)) entries.push_back(ReadEntry(row));
  return entries;
}

}  // namespace bangfu::registration::store
