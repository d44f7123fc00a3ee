// Reads the four register files back and finds what is wrong with them, by rules written down a second time: the clean
// files must have nothing, the spoiled ones exactly what the truth file says.
#ifndef BANGFU_DEPLOY_DEMO_REGISTER_CHECK_FOR_TESTS_H_
#define BANGFU_DEPLOY_DEMO_REGISTER_CHECK_FOR_TESTS_H_

#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "deploy/demo/areas.h"

namespace bangfu::demo {

// A file of UTF-8 with or without BOM: rows of cells, header first.
std::vector<std::vector<std::string>> ReadCsv(const std::string& path);

// file, row, column, kind, severity: the columns of the truth file.
using Finding = std::tuple<std::string, int, std::string, std::string, std::string>;

std::set<Finding> ReadTruth(const std::string& path);

std::set<Finding> CheckRegister(const std::string& folder, const std::vector<Area>& areas);

}  // namespace bangfu::demo

#endif  // BANGFU_DEPLOY_DEMO_REGISTER_CHECK_FOR_TESTS_H_
