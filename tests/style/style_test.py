"""Each style check finds what it is for, at the right line, and leaves what is right alone."""

import pathlib
import tempfile
import unittest

import built
import identity
import names
import readme
import rooms
import size
import tree
import words


class StyleTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def found(self, check, path: str, text: str) -> list[int]:
        """Lines of the file at which the check finds a breach."""
        self.write(path, text)
        return sorted(b.line for b in check.breaches(self.root) if b.path == path)

    def test_rooms_keep_the_database_in_store(self):
        include = "// why\n#include <pqxx/pqxx>\n"
        for path in ("services/fund/store/loan_store.cc", "common/db/tx.h", "common/operations/operation_store.cc",
                     "common/rpc/write.cc"):
            self.assertEqual(self.found(rooms, path, include), [], path)
        for path in ("services/fund/rpc/loan_rpc.cc", "common/rpc/server.cc", "services/fund/main.cc"):
            self.assertEqual(self.found(rooms, path, include), [2], path)
        self.assertEqual(self.found(rooms, "services/fund/main.cc", "// #include <pqxx/pqxx>\n"), [])

    def test_domain_knows_neither_clock_nor_network_nor_log(self):
        for line in ("auto t = absl::Now();", "std::chrono::system_clock::now();", "#include <grpcpp/grpcpp.h>",
                     "#include <random>", '#include "common/log/log.h"', "std::cout << 1;", '#include "common/db/tx.h"',
                     'const char* q = "SELECT 1";'):
            self.assertEqual(self.found(rooms, "services/fund/domain/loan.cc", f"\n{line}\n"), [2], line)
        self.assertEqual(self.found(rooms, "services/fund/domain/loan.cc", "Refuse(absl::Time now);\n"), [])

    def test_services_do_not_know_each_other(self):
        own = '#include "services/fund/domain/loan.h"\n#include "bangfu/fund/v1/loan.pb.h"\n'
        other = '#include "services/registration/domain/household.h"\n'
        message = '#include "bangfu/registration/v1/household.pb.h"\n'
        self.assertEqual(self.found(rooms, "services/fund/rpc/loan_rpc.cc", own), [])
        self.assertEqual(self.found(rooms, "services/fund/rpc/loan_rpc.cc", other), [1])
        self.assertEqual(self.found(rooms, "services/fund/rpc/loan_rpc.cc", message), [1])
        self.assertEqual(self.found(rooms, "services/fund/peers/registration.cc", message), [])
        self.assertEqual(self.found(rooms, "services/gateway/edge/a_test.cc", 'Get("/v1/services/fund/events");\n'), [])
        self.assertEqual(self.found(rooms, "common/api/mask.cc", other), [1])
        self.assertEqual(self.found(rooms, "common/api/mask.cc", message), [1])
        self.assertEqual(self.found(rooms, "common/api/mask_test.cc", message), [])

    def test_money_has_no_floating_point(self):
        self.assertEqual(self.found(rooms, "services/fund/domain/loan.cc", "int64_t fen;\ndouble yuan;\n"), [2])

    def test_functions_are_measured_from_signature_to_brace(self):
        text = (
            "namespace a {\n"
            "const char kText[] = R\"x({ } \" )x\";\n"
            "const std::map<int, int> kMap = {{1, 2}};\n"
            "class C : public B {\n"
            " public:\n"
            "  explicit C(int v) : v_{v}, w_(v) {\n"
            "    Use('{');  // }\n"
            "  }\n"
            "  bool operator==(const C& o) const { return v_ == o.v_; }\n"
            "};\n"
            "template <typename T>\n"
            "T Longer(T a, T b = {}) {\n"
            "  if (a) {\n"
            "    return 1'000;\n"
            "  }\n"
            "}\n"
            "TEST(Suite, Name) {\n"
            "}\n"
            "}\n"
        )
        self.assertEqual(
            list(size.functions(text)),
            [("C", 6, 8), ("operator==", 9, 9), ("Longer", 11, 16), ("TEST(Suite, Name)", 17, 18)],
        )

    def test_long_functions_and_files_are_found(self):
        def function(lines: int) -> str:
            return "void F() {\n" + "  G();\n" * (lines - 2) + "}\n"

        self.assertEqual(self.found(size, "common/a.cc", function(70)), [])
        self.assertEqual(self.found(size, "common/a.cc", "\n" + function(71)), [2])
        self.assertEqual(self.found(size, "services/fund/rpc/loan_rpc.cc", function(40)), [])
        self.assertEqual(self.found(size, "services/fund/rpc/loan_rpc.cc", function(41)), [1])
        self.assertEqual(self.found(size, "common/a.cc", "//\n" * 451), [1])

    def test_exceptions_are_named_and_do_not_outlive_their_cause(self):
        self.write("common/a.cc", "void F() {\n" + "  G();\n" * 80 + "}\n")
        self.write("tests/style/allowed.tsv", "function\tcommon/a.cc\tF\twhy\nfile\tcommon/b.cc\t\twhy\n")
        left = tree.judge(self.root, size.breaches(self.root), {"function", "file"})
        self.assertEqual([str(b) for b in left], ["tests/style/allowed.tsv:2: excuses nothing: file common/b.cc "])

    def test_names_say_what_a_thing_is(self):
        self.assertEqual(self.found(names, "common/string_util.cc", ""), [1])
        self.assertEqual(self.found(names, "common/util/text.cc", ""), [1])
        self.assertEqual(self.found(names, "common/a.h", "class Sealer;\n\nclass KeyManager final {\n};\n"), [3])
        self.assertEqual(self.found(names, "common/database.h", "class Database {};\n"), [])
        self.assertEqual(self.found(names, "services/assignment/domain/helper.h", "struct Helper {};\n"), [])
        self.assertEqual(self.found(names, "services/fund/domain/helper.h", ""), [1])

    def test_unfinished_work_and_places_are_found(self):
        for line in ("// TO" + "DO: later", "cd /ro" + "ot/x", "https:/" "/registry.some.org/x", "blank ", "\tint x;"):
            self.assertEqual(self.found(words, "common/a.cc", f"\n{line}\n"), [2], line)
        self.assertEqual(self.found(words, "common/a.cc", "// http://localhost:80 https://console.example/x\n"), [])
        self.assertEqual(self.found(words, "common/a.cc", "int x;"), [1])

    def test_identity_numbers_are_found(self):
        number = "11010519491231" + "1234"
        for check in "0123456789X":
            if identity.is_identity_number(number[:17] + check):
                number = number[:17] + check
        self.assertEqual(self.found(identity, "tests/a.csv", f"a,b\n1,{number}\n"), [2])
        self.assertEqual(self.found(identity, "tests/a.csv", "1,11010519491231002x,150526000000000000\n"), [])

    def test_sources_outside_the_build_are_found(self):
        self.write("CMakeLists.txt", "add_subdirectory(common)\n")
        self.write("common/CMakeLists.txt", "x(a SOURCES a.cc DEPS b)\n# x(b_test SOURCES b_test.cc)\n")
        self.assertEqual(self.found(built, "common/a.cc", ""), [])
        self.assertEqual(self.found(built, "common/b_test.cc", ""), [1])
        self.write("common/CMakeLists.txt", "bangfu_fuzz(a DEPS c)\n")
        self.assertEqual(self.found(built, "common/a_fuzz.cc", ""), [])
        self.assertEqual(self.found(built, "common/b_fuzz.cc", ""), [1])
        self.write("common/far/CMakeLists.txt", "x(c SOURCES c.cc)\n")
        self.assertEqual(self.found(built, "common/far/c.cc", ""), [1])
        self.write("CMakeLists.txt", "foreach(x IN ITEMS common/far common)\nadd_subdirectory(${x})\nendforeach()\n")
        self.assertEqual(self.found(built, "common/far/c.cc", ""), [])

    def test_readme_commands_and_links_are_followed(self):
        self.write("README.zh-CN.md", "x\n")
        self.write("deploy/up", "")
        (self.root / "deploy/up").chmod(0o755)
        text = "a\n```sh\ndeploy/up --demo\n$ deploy/down\n```\n[a](deploy/up) [b](no.md)\n"
        self.assertEqual(self.found(readme, "README.md", text), [4, 6])


if __name__ == "__main__":
    unittest.main()
