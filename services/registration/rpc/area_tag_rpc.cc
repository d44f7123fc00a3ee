#include "services/registration/rpc/area_tag_rpc.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/management_reason.pb.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "bangfu/registration/v1/register_events.pb.h"
#include "common/api/page_token.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/area.h"
#include "services/registration/store/area_store.h"
#include "services/registration/store/area_tag_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {

using status::Refuse;

namespace {

// Locks the area, so that its tags are decided about one after the other. AREA_NOT_FOUND.
absl::StatusOr<v1::Area> LockArea(db::Tx& tx, const std::string& code) {
  auto areas = store::LoadAreasForUpdate(tx, {AreaNumber(code)});
  const auto found = areas.find(AreaNumber(code));
  if (found == areas.end()) return Refuse(v1::AREA_NOT_FOUND, {{"area", code}});
  return std::move(found->second);
}

void Save(const rpc::Call& call, db::Tx& tx, v1::AreaTag* tag, rpc::Effects* effects) {
  tag->set_recorder(call.caller().subject);
  store::SetTime(call.now(), tag->mutable_update_time());
  store::SaveTag(tx, *tag);
  const int64_t area = AreaNumber(tag->area());
  effects->ActOn(tag->area(), area);
  v1::AreasChanged changed;
  changed.add_codes(tag->area());
  effects->Emit(changed, tag->area(), area);
}

}  // namespace

absl::StatusOr<v1::AreaTag> AreaTagRpc::TagArea(rpc::Call& call, const v1::TagAreaRequest& request) {
  const int64_t code = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(code));
  RETURN_IF_ERROR(domain::CheckTag(request.area(), request.tag()));
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::AreaTag> {
    ASSIGN_OR_RETURN(const v1::Area area, LockArea(tx, request.area()));
    // Also one that begins later stands in the way of a tag without an end.
    if (!store::LoadTagsBeyond(tx, code, request.tag(), request.valid_from()).empty()) {
      return Refuse(v1::TAG_UNCHANGED, {{"state", "有"}});
    }
    v1::AreaTag tag;
    tag.set_area(request.area());
    tag.set_area_name(area.name());
    tag.set_tag(request.tag());
    tag.set_valid_from(request.valid_from());
    tag.set_source(request.source());
    Save(call, tx, &tag, &effects);
    return tag;
  };
  return rpc::Write<v1::AreaTag>(call, registration_.write, request, write);
}

absl::StatusOr<v1::AreaTag> AreaTagRpc::UntagArea(rpc::Call& call, const v1::UntagAreaRequest& request) {
  const int64_t code = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(code));
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::AreaTag> {
    RETURN_IF_ERROR(LockArea(tx, request.area()).status());
    auto tags = store::LoadTagsBeyond(tx, code, request.tag(), request.valid_to());
    if (tags.empty() || tags[0].valid_from() >= request.valid_to()) {
      return Refuse(v1::TAG_UNCHANGED, {{"state", "没有"}});
    }
    tags[0].set_valid_to(request.valid_to());
    Save(call, tx, tags.data(), &effects);
    return tags[0];
  };
  return rpc::Write<v1::AreaTag>(call, registration_.write, request, write);
}

absl::StatusOr<v1::ListAreaTagsResponse> AreaTagRpc::ListAreaTags(rpc::Call& call,
                                                                  const v1::ListAreaTagsRequest& request) {
  store::AreaTagQuery query;
  ASSIGN_OR_RETURN(query.scope, call.ScopeIn(request.area()));
  query.tag = request.tag();
  query.date = request.date().empty() ? TodayOf(call) : request.date();
  ASSIGN_OR_RETURN(query.limit, api::PageSize(request.page_size()));
  const std::string name = absl::StrCat("area_tags\n", request.area(), "\n", request.tag(), "\n", request.date());
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(auto from, registration_.page_tokens->Open(request.page_token(), name));
    if (from.size() != 2 || !absl::SimpleAtoi(from[0], &query.after_area)) {
      return Refuse(status::Reason::INVALID_PAGE_TOKEN);
    }
    query.after_tag = std::move(from[1]);
  }
  using Answer = absl::StatusOr<v1::ListAreaTagsResponse>;
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> Answer {
    const auto page = store::ListTags(tx, query);
    v1::ListAreaTagsResponse response;
    response.mutable_tags()->Assign(page.records.begin(), page.records.end());
    if (page.more) response.set_next_page_token(registration_.page_tokens->Seal(name, page.last_key));
    return response;
  });
}

}  // namespace bangfu::registration
