// SPDX-License-Identifier: Apache-2.0

// Package sdk walks cloudflare-sim with Cloudflare's official Go SDK, unmodified but for its base URL.
// CLOUDFLARE_SIM_PROGRAM names the program; docs/cloudflare-sim.md describes its back door.
package sdk

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cloudflare/cloudflare-go/v6"
	"github.com/cloudflare/cloudflare-go/v6/option"
)

const (
	token  = "sdk-token-0123456789abcdefghijklmnopqrstuv"
	reader = "sdk-reader-0123456789abcdefghijklmnopqrstu"
	zone   = "example.com"
	zoneID = "023e105f4ecef8ad9ca31a8372d0c353"
)

type simulator struct {
	t    *testing.T
	root string
}

// start runs a cloudflare-sim of the test's own until the test ends.
func start(t *testing.T) *simulator {
	t.Helper()
	portFile := filepath.Join(t.TempDir(), "port")
	command := exec.Command(os.Getenv("CLOUDFLARE_SIM_PROGRAM"), "--listen", "127.0.0.1:0", "--port-file", portFile,
		"--zone", zone+"="+zoneID, "--token", token, "--token", reader+":zone-read,ssl-read,settings-read",
		"--deploy-delay", "3s", "--delete-delay", "2s")
	if err := command.Start(); err != nil {
		t.Fatal("cloudflare-sim does not start: ", err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(os.Interrupt)
		_ = command.Wait()
	})
	for until := time.Now().Add(20 * time.Second); ; {
		port, err := os.ReadFile(portFile)
		if text := strings.TrimSpace(string(port)); err == nil && text != "" {
			return &simulator{t, "http://127.0.0.1:" + text}
		}
		if time.Now().After(until) {
			t.Fatal("cloudflare-sim wrote no port")
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func (s *simulator) control(method, what string, body any) []byte {
	s.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	request, _ := http.NewRequest(method, s.root+"/__control/"+what, bytes.NewReader(text))
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	var read bytes.Buffer
	_, _ = read.ReadFrom(answer.Body)
	if answer.StatusCode != 200 {
		s.t.Fatalf("control %s: %d %s", what, answer.StatusCode, read.String())
	}
	return read.Bytes()
}

func (s *simulator) advance(by time.Duration) {
	s.t.Helper()
	s.control("POST", "time", map[string]any{"advanceMs": by.Milliseconds()})
}

type call struct {
	Method string `json:"method"`
	Status int    `json:"status"`
}

// statuses of the calls of a method, in their order; 0: the connection was cut.
func (s *simulator) statuses(method string) []int {
	s.t.Helper()
	var log struct{ Calls []call }
	if err := json.Unmarshal(s.control("GET", "calls", nil), &log); err != nil {
		s.t.Fatal(err)
	}
	var found []int
	for _, one := range log.Calls {
		if one.Method == method {
			found = append(found, one.Status)
		}
	}
	return found
}

func (s *simulator) client(token string, options ...option.RequestOption) *cloudflare.Client {
	all := append([]option.RequestOption{option.WithAPIToken(token), option.WithBaseURL(s.root + "/client/v4/")}, options...)
	return cloudflare.NewClient(all...)
}

type pair struct{ certificate, key string }

// newPair makes a fresh self-signed certificate, a CA or a leaf.
func newPair(t *testing.T, ca bool) pair {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 100))
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "edge.example.com"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(90 * 24 * time.Hour),
		BasicConstraintsValid: true, IsCA: ca,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pair{
		certificate: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		key:         string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: keyDER})),
	}
}
