// Prints what is wrong with the OpenAPI document that comes by standard input, one finding a line; nothing if it is
// sound. The structure is checked against the specification, the rest by the rules named here.
const fs = require("fs");
const { createConfig, lintFromString } = require("@redocly/openapi-core");

const rules = [
  "struct", "no-unresolved-refs", "no-identical-paths", "no-path-trailing-slash", "path-declaration-must-exist",
  "path-not-include-query", "path-parameters-defined", "operation-operationId", "operation-operationId-unique",
  "operation-operationId-url-safe", "operation-parameters-unique", "operation-tag-defined", "security-defined",
  "no-enum-type-mismatch", "no-invalid-schema-examples", "no-invalid-parameter-examples",
  "no-required-schema-properties-undefined",
];

async function main() {
  const config = await createConfig({ rules: Object.fromEntries(rules.map((rule) => [rule, "error"])) });
  const problems = await lintFromString({
    source: fs.readFileSync(0, "utf8"), absoluteRef: "/openapi.json", config,
  });
  for (const problem of problems) {
    console.log(`${problem.ruleId} ${problem.location[0].pointer ?? ""} ${problem.message}`);
  }
}

main();
