// Pulls the contracts that the load client can call into the program; the linker would drop unreferenced ones.
#ifndef BANGFU_TESTS_BENCH_CONTRACTS_H_
#define BANGFU_TESTS_BENCH_CONTRACTS_H_

#include "bangfu/probe/v1/probe_service.pb.h"
#include "bangfu/registration/v1/household_service.pb.h"
#include "bangfu/registration/v1/member_service.pb.h"
#include "bangfu/registration/v1/register_service.pb.h"

namespace bangfu::bench {

inline void LinkContracts() {
  google::protobuf::LinkMessageReflection<probe::v1::EchoRequest>();
  google::protobuf::LinkMessageReflection<registration::v1::GetHouseholdRequest>();
  google::protobuf::LinkMessageReflection<registration::v1::GetMemberRequest>();
  google::protobuf::LinkMessageReflection<registration::v1::GetRegisterStatisticsRequest>();
}

}  // namespace bangfu::bench

#endif  // BANGFU_TESTS_BENCH_CONTRACTS_H_
