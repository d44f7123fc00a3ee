// The key files of a deployment on one machine.
#ifndef BANGFU_DEPLOY_KEYS_KEY_FILES_H_
#define BANGFU_DEPLOY_KEYS_KEY_FILES_H_

#include <string>

#include "absl/status/status.h"

namespace bangfu::deploy {

// Makes under `folder` whatever is missing of
//   <service>/data-1.key, index.key     for sealing and finding personal data
//   <service>/audit.pem, audit.pub      for signing the audit log's checkpoints
//   gateway/token.pem, token.pub        for signing access tokens
// for the five services. Folders and files are for their owner only. Never changes a file: a sealing key that is lost
// takes the data with it. FAILED_PRECONDITION if a public key is there without its private key, or belongs to another.
absl::Status CreateDeploymentKeys(const std::string& folder);

}  // namespace bangfu::deploy

#endif  // BANGFU_DEPLOY_KEYS_KEY_FILES_H_
