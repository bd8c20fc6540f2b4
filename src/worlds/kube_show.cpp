// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_show.hpp"

#include "worlds/kube_answer.hpp"
#include "worlds/kube_event.hpp"
#include "worlds/kube_meta.hpp"
#include "worlds/kube_table.hpp"

namespace originpull::worlds {
namespace {

// The text without apiVersion and kind.
std::string bare_text(const KubeType& type, const KubeObject& object) {
  if (type.rules != KubeRules::kEvent || !type.group.empty()) return object.bare;
  return core_event_text(*object.value);
}

std::string whole_text(const KubeType& type, const KubeObject& object) {
  std::string text = R"({"apiVersion":")" + type.group_version() + R"(","kind":")" + type.kind + R"(",)";
  return text.append(bare_text(type, object), 1);
}

}  // namespace

std::string show_object(const KubeView& view, const KubeObject& object) {
  if (view.form.kind == KubeForm::Kind::kTable) return table_of_object(view, object, true);
  if (view.form.kind == KubeForm::Kind::kMetadata) return metadata_view(*object.value);
  return whole_text(*view.type, object);
}

std::string show_watched(const KubeView& view, const KubeObject& object, bool first) {
  return view.form.kind == KubeForm::Kind::kTable ? table_of_object(view, object, first) : show_object(view, object);
}

std::string show_bookmark(const KubeView& view, std::int64_t version, bool initial_end) {
  if (view.form.kind == KubeForm::Kind::kMetadata) {
    const KubeType partial{.group = "meta.k8s.io",
                           .version = "v1",
                           .plural = {},
                           .singular = {},
                           .kind = "PartialObjectMetadata",
                           .list_kind = {}};
    return bookmark_object(partial, version, initial_end);
  }
  return bookmark_object(*view.type, version, initial_end);
}

std::string show_list(const KubeView& view, const KubePage& page) {
  if (view.form.kind == KubeForm::Kind::kTable) return table_of_list(view, page);
  const KubeType& type = *view.type;
  const bool metadata = view.form.kind == KubeForm::Kind::kMetadata;
  KubeListHead head{.kind = metadata ? "PartialObjectMetadataList" : type.list_kind,
                    .group_version = metadata ? "meta.k8s.io/v1" : type.group_version(),
                    .version = page.version,
                    .continue_token = page.continue_token,
                    .remaining = page.remaining,
                    .of_custom_kind = type.custom() && !metadata};
  std::vector<std::string> items;
  items.reserve(page.items.size());
  for (const KubeObjectPtr& one : page.items) {
    if (metadata) {
      items.push_back(metadata_view(*one->value));
    } else {
      // Of built-in kinds the items do not repeat what the list says.
      items.push_back(type.custom() ? whole_text(type, *one) : bare_text(type, *one));
    }
  }
  return list_text(head, items);
}

}  // namespace originpull::worlds
