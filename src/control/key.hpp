// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Key` names an object of a kind that the reader knows from elsewhere: its namespace and its name, nothing that
// changes. Queue, store and index speak of keys only, so that news about an object can be merged and never goes stale.
// A UID is not part of it: an object deleted and created again has the same key, and whoever cares compares UIDs. A
// plain value; keys are ordered by text, so whatever is listed by key is listed the same way in every run.
#include "kube/object.hpp"

namespace originpull::control {

using Key = kube::ObjectKey;

}  // namespace originpull::control
