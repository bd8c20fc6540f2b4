#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is made of crds/ and of the chart's values is fresh, and what says the same thing in two places agrees: the
reference pages and the chart's copy of the type with their sources, values.yaml with its schema, and the version in
CMake, the chart and deploy/. Method: tools/gen-crd-reference --check on this tree; and on a copy of it with one change
planted, to see that the check can fail."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

try:
    import yaml
except ImportError:  # as in tools/gen-crd-reference
    if sys.executable != "/usr/bin/python3" and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
    sys.exit("this test needs the YAML library of Python: run tools/setup, or install python3-yaml")

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CHART = ROOT / "charts" / "origin-pull-operator"
CRD = "crds/originpull.dev_originpullconfigs.yaml"
VALUES = "charts/origin-pull-operator/values.yaml"


def check(root):
    return subprocess.run([str(root / "tools" / "gen-crd-reference"), "--check"], capture_output=True, text=True)


def keys_of(values, path=""):
    """Each key with its path; a map with free keys (empty by default) counts as one."""
    for key, value in values.items():
        yield path + key
        if isinstance(value, dict):
            yield from keys_of(value, path + key + ".")


class GeneratedFresh(unittest.TestCase):
    def test_everything_is_fresh(self):
        done = check(ROOT)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stdout + done.stderr)

    def with_change(self, path, old, new):
        """The check's verdict on a copy of this tree in which one file is changed."""
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder)
            for part in ("crds", "charts", "docs/reference", "tools"):
                shutil.copytree(ROOT / part, copy / part)
            text = (copy / path).read_text(encoding="utf-8")
            self.assertIn(old, text, "the planted change does not fit any more")
            (copy / path).write_text(text.replace(old, new, 1), encoding="utf-8")
            return check(copy)

    def test_a_changed_schema_makes_the_page_and_the_charts_copy_stale(self):
        done = self.with_change(CRD, "maxItems: 8", "maxItems: 9")
        self.assertEqual(done.returncode, 1)
        self.assertIn("docs/reference/crd.md is stale: run tools/gen-crd-reference", done.stdout)
        self.assertIn("charts/origin-pull-operator/crd/originpull.dev_originpullconfigs.yaml is stale", done.stdout)

    def test_a_changed_default_makes_the_page_of_values_stale(self):
        done = self.with_change(VALUES, "replicaCount: 1", "replicaCount: 2")
        self.assertEqual(done.returncode, 1)
        self.assertIn("docs/reference/values.md is stale", done.stdout)

    def test_a_value_without_a_comment_is_refused(self):
        done = self.with_change(VALUES, "# Labels that a node must have to run the pod.\n", "")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("nodeSelector has no comment above it", done.stderr)

    def test_a_field_without_a_description_is_refused(self):
        done = self.with_change(CRD, "description: Name of the Service to connect to.\n", "title: x\n")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("spec.origin.probes[].service.name has no description", done.stderr)


class Agreement(unittest.TestCase):
    def test_the_values_schema_knows_each_value_and_no_other(self):
        values = set(keys_of(yaml.safe_load((ROOT / VALUES).read_text(encoding="utf-8"))))
        schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))

        def known(properties, path=""):
            for key, sub in properties.items():
                yield path + key
                yield from known(sub.get("properties", {}), path + key + ".")

        allowed = set(known(schema["properties"]))
        free = {"resources.requests", "resources.limits"}  # Kubernetes' own maps
        self.assertEqual(values - allowed - {v for v in values if v.rsplit(".", 1)[0] in free}, set())
        self.assertEqual(allowed - values, {"global", "resources.claims"})

    def test_the_version_is_one(self):
        project = re.search(r"project\([^)]*VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text(encoding="utf-8"))
        version = project.group(1)
        chart = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))
        self.assertEqual(chart["version"], version)
        self.assertEqual(str(chart["appVersion"]), version)
        deployment = (ROOT / "deploy" / "base" / "deployment.yaml").read_text(encoding="utf-8")
        self.assertIn(f"image: origin-pull-operator:{version}\n", deployment)


if __name__ == "__main__":
    unittest.main()
