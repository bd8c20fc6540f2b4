{{- /* SPDX-License-Identifier: Apache-2.0 */ -}}

{{- define "opo.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- /* The name of all objects; 50 characters at most, so that suffixes fit into a label value. */ -}}
{{- define "opo.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains (include "opo.name" .) .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "opo.name" .) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "opo.selectorLabels" -}}
app.kubernetes.io/name: {{ include "opo.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: operator
{{- end -}}

{{- define "opo.labels" -}}
{{ include "opo.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "opo.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "opo.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "opo.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{- /* "true" if all namespaces are watched, else empty. */ -}}
{{- define "opo.clusterWide" -}}
{{- if has "*" .Values.watchNamespaces -}}true{{- end -}}
{{- end -}}

{{- /* The watched namespaces as JSON, so that the caller can range over fromJsonArray of it. */ -}}
{{- define "opo.namespaces" -}}
{{- default (list .Release.Namespace) .Values.watchNamespaces | uniq | toJson -}}
{{- end -}}

{{- /* What the operator may do where it serves OriginPullConfigs: the rules of a Role or of the ClusterRole. */ -}}
{{- define "opo.rules" -}}
- apiGroups: [originpull.dev]
  resources: [originpullconfigs]
  verbs: [get, list, watch]
- apiGroups: [originpull.dev]
  resources: [originpullconfigs/status]
  verbs: [get, patch, update]
- apiGroups: [""]
  resources: [secrets]
  {{- if eq .Values.secretWatch "named" }}
  resourceNames: {{ toJson .Values.namedSecrets }}
  {{- end }}
  verbs: [get, list, watch]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- with .Values.trustBundles.secrets }}
- apiGroups: [""]
  resources: [secrets]
  verbs: [create]
- apiGroups: [""]
  resources: [secrets]
  resourceNames: {{ toJson . }}
  verbs: [get, patch, update]
{{- end }}
{{- with .Values.trustBundles.configMaps }}
- apiGroups: [""]
  resources: [configmaps]
  verbs: [create]
- apiGroups: [""]
  resources: [configmaps]
  resourceNames: {{ toJson . }}
  verbs: [get, patch, update]
{{- end }}
{{- end -}}

{{- define "opo.subjects" -}}
- kind: ServiceAccount
  name: {{ include "opo.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
{{- end -}}
