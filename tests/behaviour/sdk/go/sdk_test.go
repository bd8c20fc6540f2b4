// SPDX-License-Identifier: Apache-2.0
package sdk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cloudflare/cloudflare-go/v6"
	"github.com/cloudflare/cloudflare-go/v6/accounts"
	"github.com/cloudflare/cloudflare-go/v6/option"
	"github.com/cloudflare/cloudflare-go/v6/origin_tls_client_auth"
	"github.com/cloudflare/cloudflare-go/v6/zones"
)

var ctx = context.Background()

type aop = origin_tls_client_auth.OriginTLSClientAuthService

func upload(api *aop, one pair) (*origin_tls_client_auth.ZoneCertificateNewResponse, error) {
	return api.ZoneCertificates.New(ctx, origin_tls_client_auth.ZoneCertificateNewParams{
		ZoneID: cloudflare.F(zoneID), Certificate: cloudflare.F(one.certificate), PrivateKey: cloudflare.F(one.key)})
}

func mustUpload(t *testing.T, api *aop) string {
	t.Helper()
	one, err := upload(api, newPair(t, false))
	if err != nil {
		t.Fatal(err)
	}
	return one.ID
}

func list(t *testing.T, api *aop) (ids []string) {
	t.Helper()
	page := api.ZoneCertificates.ListAutoPaging(ctx,
		origin_tls_client_auth.ZoneCertificateListParams{ZoneID: cloudflare.F(zoneID)})
	for page.Next() {
		ids = append(ids, page.Current().ID)
	}
	if page.Err() != nil {
		t.Fatal(page.Err())
	}
	return ids
}

func get(api *aop, id string) (*origin_tls_client_auth.ZoneCertificateGetResponse, error) {
	return api.ZoneCertificates.Get(ctx, id, origin_tls_client_auth.ZoneCertificateGetParams{ZoneID: cloudflare.F(zoneID)})
}

func remove(api *aop, id string) (*origin_tls_client_auth.ZoneCertificateDeleteResponse, error) {
	return api.ZoneCertificates.Delete(ctx, id,
		origin_tls_client_auth.ZoneCertificateDeleteParams{ZoneID: cloudflare.F(zoneID)})
}

func enabled(api *aop, zone string) (bool, error) {
	one, err := api.Settings.Get(ctx, origin_tls_client_auth.SettingGetParams{ZoneID: cloudflare.F(zone)})
	if err != nil {
		return false, err
	}
	return one.Enabled, nil
}

func enable(api *aop, on bool) error {
	_, err := api.Settings.Update(ctx,
		origin_tls_client_auth.SettingUpdateParams{ZoneID: cloudflare.F(zoneID), Enabled: cloudflare.F(on)})
	return err
}

// refused checks that the error is of the API, with one of these HTTP statuses and with the code; 0: any code.
func refused(t *testing.T, err error, code int64, statuses ...int) *cloudflare.Error {
	t.Helper()
	var refusal *cloudflare.Error
	if !errors.As(err, &refusal) {
		t.Fatalf("expected a refusal by the API, got %v", err)
	}
	if !slices.Contains(statuses, refusal.StatusCode) {
		t.Errorf("HTTP status %d, expected one of %v", refusal.StatusCode, statuses)
	}
	for _, one := range refusal.Errors {
		if code == 0 || one.Code == code {
			return refusal
		}
	}
	t.Errorf("no code %d in %v", code, refusal.Errors)
	return refusal
}

func TestAnUploadIsAnsweredWithWhatTheCertificateSaysAndNeverWithTheKey(t *testing.T) {
	api := start(t).client(token).OriginTLSClientAuth
	one, err := upload(api, newPair(t, false))
	if err != nil {
		t.Fatal(err)
	}
	if len(one.ID) != 36 || one.PrivateKey != "" || !strings.Contains(one.Issuer, "edge.example.com") ||
		one.Signature != "ECDSAWithSHA256" || !one.ExpiresOn.After(one.UploadedOn) {
		t.Errorf("%+v", one)
	}
	if one.Status != origin_tls_client_auth.ZoneAuthenticatedOriginPullStatusPendingDeployment {
		t.Errorf("status %s", one.Status)
	}
}

func TestACertificateIsUploadedListedReadAndDeleted(t *testing.T) {
	sim := start(t)
	api := sim.client(token).OriginTLSClientAuth
	if found := list(t, api); len(found) != 0 {
		t.Fatalf("an empty zone lists %v", found)
	}
	id := mustUpload(t, api)
	if found := list(t, api); !slices.Equal(found, []string{id}) {
		t.Errorf("listed: %v", found)
	}
	_, early := remove(api, id)
	refused(t, early, 1434, http.StatusBadRequest)
	sim.advance(4 * time.Second)
	if one, err := get(api, id); err != nil || one.Status != "active" {
		t.Errorf("%+v, %v", one, err)
	}
	if one, err := remove(api, id); err != nil || one.Status != "pending_deletion" {
		t.Errorf("%+v, %v", one, err)
	}
	_, again := remove(api, id)
	refused(t, again, 0, http.StatusBadRequest, http.StatusNotFound)
	if found := list(t, api); len(found) != 0 {
		t.Errorf("a deleted one is listed: %v", found)
	}
	sim.advance(20 * time.Second)
	if one, err := get(api, id); err != nil || one.Status != "deleted" {
		t.Errorf("%+v, %v", one, err)
	}
}

func TestBadUploadsAreRefusedWithTheirCodes(t *testing.T) {
	api := start(t).client(token).OriginTLSClientAuth
	good := newPair(t, false)
	if _, err := upload(api, good); err != nil {
		t.Fatal(err)
	}
	_, err := upload(api, good)
	refused(t, err, 1406, http.StatusBadRequest)
	_, err = upload(api, newPair(t, true))
	refused(t, err, 1412, http.StatusBadRequest)
	_, err = upload(api, pair{"no PEM", good.key})
	refused(t, err, 1408, http.StatusBadRequest)
	_, err = upload(api, pair{newPair(t, false).certificate, good.key})
	refused(t, err, 0, http.StatusBadRequest)
}

func TestAnUnknownCertificateIs1552(t *testing.T) {
	_, err := get(start(t).client(token).OriginTLSClientAuth, "00000000-0000-4000-8000-000000000000")
	refused(t, err, 1552, http.StatusNotFound)
}

func TestTheZoneLevelIsOffUntilItIsPutOn(t *testing.T) {
	api := start(t).client(token).OriginTLSClientAuth
	if on, err := enabled(api, zoneID); err != nil || on {
		t.Errorf("at first: %v, %v", on, err)
	}
	if err := enable(api, true); err != nil {
		t.Fatal(err)
	}
	if on, err := enabled(api, zoneID); err != nil || !on {
		t.Errorf("then: %v, %v", on, err)
	}
}

func edit(api *cloudflare.Client, name, value string) error {
	_, err := api.Zones.Settings.Edit(ctx, name, zones.SettingEditParams{
		ZoneID: cloudflare.F(zoneID), Body: zones.SettingEditParamsBody{Value: cloudflare.F[any](value)}})
	return err
}

func setting(t *testing.T, api *cloudflare.Client, name string) *zones.SettingGetResponse {
	t.Helper()
	one, err := api.Zones.Settings.Get(ctx, name, zones.SettingGetParams{ZoneID: cloudflare.F(zoneID)})
	if err != nil {
		t.Fatal(err)
	}
	return one
}

func TestZoneSettingsAreReadAndEdited(t *testing.T) {
	sim := start(t)
	api := sim.client(token)
	for name, values := range map[string][]string{
		"tls_client_auth": {"on", "off"}, "ssl": {"off", "flexible", "full", "strict", "origin_pull"}} {
		for _, value := range values {
			if err := edit(api, name, value); err != nil {
				t.Fatal(name, value, err)
			}
			if one := setting(t, api, name); fmt.Sprint(one.Value) != value {
				t.Errorf("%s is %v, expected %s", name, one.Value, value)
			}
		}
	}
	refused(t, edit(api, "ssl", "fully"), 1007, http.StatusBadRequest)
	sim.control("POST", "act",
		map[string]any{"zone": zone, "do": "setting", "name": "tls_client_auth", "value": "off", "editable": false})
	refused(t, edit(api, "tls_client_auth", "on"), 1057, http.StatusBadRequest)
}

func putHostname(api *aop, id string, on bool, options ...option.RequestOption) error {
	_, err := api.Hostnames.Update(ctx, origin_tls_client_auth.HostnameUpdateParams{
		ZoneID: cloudflare.F(zoneID),
		Config: cloudflare.F([]origin_tls_client_auth.HostnameUpdateParamsConfig{{
			CERTID: cloudflare.F(id), Enabled: cloudflare.F(on), Hostname: cloudflare.F("shop.example.com")}})}, options...)
	return err
}

func TestAHostnameIsGivenACertificateAndLosesIt(t *testing.T) {
	sim := start(t)
	api := sim.client(token).OriginTLSClientAuth
	one := newPair(t, false)
	hostname := func() (*origin_tls_client_auth.AuthenticatedOriginPull, error) {
		return api.Hostnames.Get(ctx, "shop.example.com",
			origin_tls_client_auth.HostnameGetParams{ZoneID: cloudflare.F(zoneID)})
	}
	_, err := hostname()
	refused(t, err, 1553, http.StatusNotFound)
	made, err := api.HostnameCertificates.New(ctx, origin_tls_client_auth.HostnameCertificateNewParams{
		ZoneID: cloudflare.F(zoneID), Certificate: cloudflare.F(one.certificate), PrivateKey: cloudflare.F(one.key)})
	if err != nil {
		t.Fatal(err)
	}
	sim.advance(4 * time.Second)
	if err := putHostname(api, made.ID, true); err != nil {
		t.Fatal(err)
	}
	if there, err := hostname(); err != nil || there.CERTID != made.ID || !there.Enabled {
		t.Errorf("%+v, %v", there, err)
	}
	deletion := origin_tls_client_auth.HostnameCertificateDeleteParams{ZoneID: cloudflare.F(zoneID)}
	_, err = api.HostnameCertificates.Delete(ctx, made.ID, deletion)
	refused(t, err, 1433, http.StatusBadRequest)
	void := option.WithJSONSet("config.0.enabled", nil)
	if err := putHostname(api, made.ID, false, void); err != nil {
		t.Fatal(err)
	}
	sim.advance(5 * time.Minute)
	_, err = hostname()
	refused(t, err, 1553, http.StatusNotFound)
	if gone, err := api.HostnameCertificates.Delete(ctx, made.ID, deletion); err != nil || gone.Status != "pending_deletion" {
		t.Errorf("%+v, %v", gone, err)
	}
}

func TestAZoneLevelCertificateIsNoneForAHostname(t *testing.T) {
	api := start(t).client(token).OriginTLSClientAuth
	refused(t, putHostname(api, mustUpload(t, api), true), 1415, http.StatusBadRequest)
}

func TestThePagerFindsEveryZoneAndTheNameFindsOne(t *testing.T) {
	sim := start(t)
	for number := range 44 {
		sim.control("POST", "zones", map[string]any{"name": "zone-" + strconv.Itoa(number) + ".example.net"})
	}
	count := func(parameters zones.ZoneListParams) (found []string) {
		pager := sim.client(token).Zones.ListAutoPaging(ctx, parameters)
		for pager.Next() {
			found = append(found, pager.Current().ID)
		}
		if pager.Err() != nil {
			t.Fatal(pager.Err())
		}
		return found
	}
	if all := count(zones.ZoneListParams{PerPage: cloudflare.F(20.0)}); len(all) != 45 {
		t.Errorf("%d zones, expected 45", len(all))
	}
	if one := count(zones.ZoneListParams{Name: cloudflare.F(zone)}); !slices.Equal(one, []string{zoneID}) {
		t.Errorf("%v", one)
	}
}

func TestATokenIsVerified(t *testing.T) {
	sim := start(t)
	if one, err := sim.client(token).User.Tokens.Verify(ctx); err != nil || one.Status != "active" {
		t.Errorf("%+v, %v", one, err)
	}
	found, err := sim.client(token).Zones.Get(ctx, zones.ZoneGetParams{ZoneID: cloudflare.F(zoneID)})
	if err != nil {
		t.Fatal(err)
	}
	accountToken := "account-token-0123456789abcdefghijklmno"
	sim.control("POST", "tokens", map[string]any{"token": accountToken, "account": found.Account.ID})
	api := sim.client(accountToken)
	_, err = api.User.Tokens.Verify(ctx)
	refused(t, err, 0, http.StatusForbidden)
	one, err := api.Accounts.Tokens.Verify(ctx, accounts.TokenVerifyParams{AccountID: cloudflare.F(found.Account.ID)})
	if err != nil || one.Status != "active" {
		t.Errorf("%+v, %v", one, err)
	}
}

func TestWhoMayNotIsToldSo(t *testing.T) {
	sim := start(t)
	api := sim.client(reader, option.WithMaxRetries(0)).OriginTLSClientAuth
	if _, err := enabled(api, zoneID); err != nil {
		t.Error(err)
	}
	refused(t, enable(api, true), 0, http.StatusForbidden)
	stranger := sim.client("nobody-knows-this-token-0123456789abcdefgh", option.WithMaxRetries(0)).OriginTLSClientAuth
	_, err := enabled(stranger, zoneID)
	refused(t, err, 10000, http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden)
	_, err = enabled(api, strings.Repeat("0", 32))
	refused(t, err, 9109, http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound)
	_, err = enabled(api, "example.com")
	refused(t, err, 7003, http.StatusBadRequest)
}

const settingsPath = "*/origin_tls_client_auth/settings"

func TestServerErrorsAreRetriedAway(t *testing.T) {
	sim := start(t)
	sim.control("POST", "faults", map[string]any{"kind": "status", "status": 503, "path": settingsPath, "count": 2})
	if _, err := enabled(sim.client(token).OriginTLSClientAuth, zoneID); err != nil {
		t.Error(err)
	}
	if found := sim.statuses("GET"); !slices.Equal(found, []int{503, 503, 200}) {
		t.Errorf("%v", found)
	}
}

func TestRetryAfterOfA429IsWaitedFor(t *testing.T) {
	sim := start(t)
	sim.control("POST", "faults", map[string]any{
		"kind": "status", "status": 429, "path": settingsPath, "headers": map[string]string{"retry-after": "1"}})
	if _, err := enabled(sim.client(token).OriginTLSClientAuth, zoneID); err != nil {
		t.Error(err)
	}
	if found := sim.statuses("GET"); !slices.Equal(found, []int{429, 200}) {
		t.Errorf("%v", found)
	}
}

func TestThePageOfAGatewayIsAnErrorAndNoAnswer(t *testing.T) {
	sim := start(t)
	sim.control("POST", "faults", map[string]any{"kind": "html", "status": 520, "path": settingsPath})
	_, err := enabled(sim.client(token, option.WithMaxRetries(0)).OriginTLSClientAuth, zoneID)
	if err == nil {
		t.Error("a page of HTML passed for an answer")
	}
}

func TestAnOverlappingWriteIsAConflict(t *testing.T) {
	sim := start(t)
	sim.control("PATCH", "modes", map[string]any{"mutationTimeMs": 60_000})
	api := sim.client(token, option.WithMaxRetries(0)).OriginTLSClientAuth
	if err := enable(api, true); err != nil {
		t.Fatal(err)
	}
	refused(t, enable(api, false), 0, http.StatusConflict)
	sim.advance(61 * time.Second)
	if err := enable(api, false); err != nil {
		t.Error(err)
	}
}

func TestTheBudgetIsTold(t *testing.T) {
	sim := start(t)
	sim.control("PATCH", "modes", map[string]any{"requests": 2})
	api := sim.client(token, option.WithMaxRetries(0)).OriginTLSClientAuth
	var raw *http.Response
	_, err := api.Settings.Get(ctx, origin_tls_client_auth.SettingGetParams{ZoneID: cloudflare.F(zoneID)},
		option.WithResponseInto(&raw))
	if err != nil {
		t.Fatal(err)
	}
	if raw.Header.Get("Ratelimit") == "" || raw.Header.Get("Ratelimit-Policy") == "" {
		t.Errorf("%v", raw.Header)
	}
	_, _ = enabled(api, zoneID)
	_, err = enabled(api, zoneID)
	throttled := refused(t, err, 971, http.StatusTooManyRequests)
	if wait, err := strconv.Atoi(throttled.Response.Header.Get("Retry-After")); err != nil || wait <= 0 {
		t.Errorf("retry-after: %v, %v", wait, err)
	}
}

func TestAnUploadWhoseAnswerIsLostIsSentAgainAndThereAlready(t *testing.T) {
	sim := start(t)
	sim.control("POST", "faults", map[string]any{"kind": "close", "method": "POST", "executed": true})
	api := sim.client(token).OriginTLSClientAuth
	_, err := upload(api, newPair(t, false))
	refused(t, err, 1406, http.StatusBadRequest)
	if found := sim.statuses("POST"); !slices.Equal(found, []int{0, 400}) {
		t.Errorf("%v", found)
	}
	if found := list(t, api); len(found) != 1 {
		t.Errorf("%v", found)
	}
}
