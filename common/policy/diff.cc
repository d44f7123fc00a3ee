#include "common/policy/diff.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/api/annotations.h"
#include "common/api/field_mask.h"
#include "common/policy/kind.h"
#include "google/protobuf/any.pb.h"

namespace bangfu::policy {
namespace {

using google::protobuf::Any;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Where a value stands.
struct Place {
  std::string path;
  std::string label;

  Place Below(const FieldDescriptor& field, const std::string& key = "") const {
    const std::string index = key.empty() ? "" : absl::StrCat("[", key, "]");
    const std::string item = key.empty() ? "" : absl::StrCat("“", key, "”");
    return {absl::StrCat(path, path.empty() ? "" : ".", field.name(), index),
            absl::StrCat(label, label.empty() ? "" : "的", api::LabelOf(field), item)};
  }
};

using Item = std::pair<std::string, const Message*>;  // key, item

// The items of a list with the keys that tell them apart.
std::vector<Item> ItemsOf(const Message& message, const FieldDescriptor& field, bool by_text) {
  std::vector<Item> items;
  const auto& reflection = *message.GetReflection();
  const FieldDescriptor* first = by_text ? field.message_type()->field(0) : nullptr;
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    const Message& item = reflection.GetRepeatedMessage(message, &field, i);
    items.emplace_back(by_text ? item.GetReflection()->GetString(item, first) : absl::StrCat(i + 1), &item);
  }
  return items;
}

bool AreDistinct(const std::vector<Item>& items) {
  std::set<std::string> keys;
  return std::all_of(items.begin(), items.end(),
                     [&](const Item& item) { return !item.first.empty() && keys.insert(item.first).second; });
}

const Message* FindItem(const std::vector<Item>& items, const std::string& key) {
  const auto found = std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.first == key; });
  return found == items.end() ? nullptr : found->second;
}

class Comparison {
 public:
  // Either may be null: then all values of the other one differ from none.
  void Compare(const Message* a, const Message* b, const Place& place) {
    const Descriptor& type = *(a != nullptr ? a : b)->GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      if (!api::IsMessage(field) || !(api::IsOurs(*field.message_type()) || IsAny(field))) {
        CompareValues(a, b, field, place);
      } else if (field.is_repeated()) {
        CompareLists(a, b, field, place);
      } else {
        CompareParts(PartOf(a, field), PartOf(b, field), field, place);
      }
    }
  }

  std::vector<v1::PolicyChange> changes;

 private:
  static bool IsAny(const FieldDescriptor& field) {
    return field.message_type() == Any::descriptor() && !field.is_repeated();
  }

  static const Message* PartOf(const Message* message, const FieldDescriptor& field) {
    if (message == nullptr || !message->GetReflection()->HasField(*message, &field)) return nullptr;
    return &message->GetReflection()->GetMessage(*message, &field);
  }

  void CompareValues(const Message* a, const Message* b, const FieldDescriptor& field, const Place& place) {
    const std::string before = a == nullptr ? "" : api::DisplayValue(*a, field);
    const std::string after = b == nullptr ? "" : api::DisplayValue(*b, field);
    if (before == after) return;
    const Place here = place.Below(field);
    v1::PolicyChange& change = changes.emplace_back();
    change.set_path(here.path);
    change.set_label(here.label);
    change.set_before(before);
    change.set_after(after);
  }

  void CompareParts(const Message* a, const Message* b, const FieldDescriptor& field, const Place& place) {
    if (a == nullptr && b == nullptr) return;
    if (!IsAny(field)) return Compare(a, b, place.Below(field));
    const auto open = [](const Message* any) {
      return any == nullptr ? nullptr : Unpack(static_cast<const Any&>(*any));
    };
    const std::unique_ptr<Message> left = open(a), right = open(b);
    const bool one_type = left == nullptr || right == nullptr || left->GetDescriptor() == right->GetDescriptor();
    if (one_type && (left != nullptr || right != nullptr)) Compare(left.get(), right.get(), place.Below(field));
  }

  void CompareLists(const Message* a, const Message* b, const FieldDescriptor& field, const Place& place) {
    const auto items = [&](const Message* message, bool by_text) {
      return message == nullptr ? std::vector<Item>() : ItemsOf(*message, field, by_text);
    };
    const Descriptor& type = *field.message_type();
    bool by_text = type.field_count() > 0 && api::IsString(*type.field(0)) && !type.field(0)->is_repeated();
    by_text = by_text && AreDistinct(items(a, true)) && AreDistinct(items(b, true));
    const std::vector<Item> before = items(a, by_text), after = items(b, by_text);
    for (const auto& [key, item] : before) Compare(item, FindItem(after, key), place.Below(field, key));
    for (const auto& [key, item] : after) {
      if (FindItem(before, key) == nullptr) Compare(nullptr, item, place.Below(field, key));
    }
  }
};

}  // namespace

std::vector<v1::PolicyChange> Diff(const Message& a, const Message& b) {
  Comparison comparison;
  comparison.Compare(&a, &b, {});
  return std::move(comparison.changes);
}

std::vector<v1::PolicyChange> DiffDocuments(const v1::PolicyDocument& a, const v1::PolicyDocument& b) {
  const auto content = [](const v1::PolicyDocument& document) {
    v1::PolicyDocument part;
    part.set_title(document.title());
    part.set_valid_from(document.valid_from());
    part.set_valid_to(document.valid_to());
    *part.mutable_source() = document.source();
    *part.mutable_body() = document.body();
    return part;
  };
  return Diff(content(a), content(b));
}

}  // namespace bangfu::policy
