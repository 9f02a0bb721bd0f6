"""The credentials that give themselves away: tables of published shapes.

Written from the providers' documentation and from the formats that GitHub's secret scanning, gitleaks and trufflehog
publish; the patterns are our own. `<a>` is a letter or digit, `<w>` one of them or `-` or `_`, `<b>` a character of
base64, `<x>` a hexadecimal digit, `<uuid>` a UUID. Columns are parted by two spaces or more; the last one, where there
is one, names a further check of `randomness` that the credential must pass.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from whence.secrets import marks
from whence.secrets.randomness import is_dense, is_mixed, is_random, is_scrambled, wordiness

# Credentials which begin with a fixed word: name, the words, the rest.
_LEADING = r"""
aws-access-key            AKIA ASIA ABIA ACCA                    [A-Z0-9]{16}
aws-access-key            A3T                                    [A-Z0-9]{17}                  mixed
aws-session-token         IQoJb3JpZ2lu FwoGZXIvYXdz              [A-Za-z0-9+/=%]{60,4000}
aws-bedrock-key           ABSK bedrock-api-key-                  <b>{60,400}={0,2}
aws-mws-token             amzn.mws.                              <uuid>
amazon-client-secret      amzn1.oa2-cs.v1.                       <x>{64}
google-api-key            AIza                                   <w>{35}
google-oauth-secret       GOCSPX-                                <w>{20,40}
google-access-token       ya29.                                  [\w.-]{20,2048}
google-refresh-token      1//0                                   <w>{30,120}
google-hmac-key           GOOG1                                  [A-Z0-9]{20,60}
digitalocean-token        doo_v1_ dop_v1_ dor_v1_ dot_v1_        <x>{64}
alibaba-access-key        LTAI                                   <a>{12,24}
tencent-secret-id         AKID                                   <a>{32}
volcengine-access-key     AKLT                                   [A-Za-z0-9=]{30,60}
lark-token                t-g1 u-g1 a-g1                         <a>{30,44}                     dense
baidu-api-key             bce-v3/                                ALTAK-<a>{21}/<x>{40}
cloudflare-origin-ca-key  v1.0-                                  [A-Za-z0-9-]{171}
cloudflare-token          cfut_ cfat_ cfk_                       <a>{40,60}
heroku-api-key            HRKU-                                  <w>{36,64}
fly-token                 fo1_                                   <w>{43}
fly-token                 fm1r_ fm1a_ fm2_                       <b>{90,2000}={0,3}
vercel-token              vcp_ vci_ vca_ vcr_ vck_               <a>{24,64}
netlify-token             nfp_ nfc_ nfo_ nfb_ nfu_               <w>{36,60}
render-key                rnd_                                   <a>{24,40}
scaleway-access-key       SCW                                    [A-Z0-9]{17}                  mixed
scalingo-token            tk-us-                                 <w>{48}
yandex-key                AQVN                                   <w>{35,38}
yandex-key                y0_ y1_ y2_ y3_                        <w>{50,60}
yandex-key                t1.                                    <w>{20,400}={0,2}\.<w>{86}={0,2}
yandex-key                YC                                     <w>{38}                       dense
spaces-key                DO00                                   [A-Z0-9]{16}:(?P<secret><b>{43}=?)
backblaze-key             K00                                    \d?[A-Za-z0-9/+]{27,28}       dense
akamai-token              akab-                                  [a-z0-9]{16}-[a-z0-9]{16}
tailscale-key             tskey-                                 [a-z]{2,12}-[A-Za-z0-9-]{24,80}
openshift-token           sha256~                                <w>{43}
github-token              ghp_ gho_ ghu_ ghs_ ghr_               <a>{36,255}
github-token              github_pat_                            [A-Za-z0-9_]{40,255}
gitlab-token              glpat- gldt- glrt- glrtr- glwt- glcbt-  [\w=-]{20,300}(?:\.<a>{2}\.?<a>{7,9})?
gitlab-token              glptt- glft- glimt- glagent- gloas-    <w>{20,80}
gitlab-token              glsoat- glffct-                        <w>{20,80}
gitlab-token              GR1348941                              <w>{20,40}
bitbucket-token           ATBB                                   [\w=.-]{24,60}                mixed
bitbucket-token           BBDC-                                  [\w+/@-]{40,50}
bitbucket-token           ATCTT3                                 [\w+/-]{30,300}(?:=<a>{8})?
sourcegraph-token         slk_                                   <x>{64}
sourcegraph-token         sgp_                                   (?:[a-fA-F0-9]{16}_|local_)?[a-fA-F0-9]{40}
buildkite-token           bkua_ bkaj_ bkct_ bkpt_ bkar_          <a>{40,64}
circleci-token            CCIPAT_ CCIPRJ_                        <a>{22}_<x>{40}
sonar-token               squ_ sqp_ sqa_                         <a>{40}
snyk-token                snyk_uat. snyk_sat.                    <x>{8}\.[\w.-]{40,400}
octopus-api-key           API-                                   [A-Z0-9]{25,30}               mixed
railway-token             rw_Fe26.2**                            [\w*-]{60,400}
sealed-session            Fe26.2*                                [\w*-]{60,2000}
hyperbrowser-key          hb_                                    <x>{60}
plane-token               plane_api_                             <x>{32}
checkly-key               cu_                                    <x>{32}
chromatic-token           chpt_                                  <a>{12,32}
percy-token               web_ app_ auto_ vmw_                   <x>{64}
phase-token               pss_service:v pss_user:v               \d:[0-9a-f:]{120,300}
brave-key                 BSA                                    <w>{27}                       dense
paseto                    v1.local. v2.local. v3.local. v4.local. v2.public. v3.public. v4.public.  <w>{40,4000}
harness-token             pat. sat.                              <w>{22}\.<a>{24}\.<a>{20}
infracost-key             ico-                                   <a>{32}
slack-token               xoxa- xoxb- xoxe- xoxo- xoxp- xoxr-    [A-Za-z0-9-]{10,250}          mixed
slack-token               xoxs- xoxc- xoxd- xoxe.xoxb- xoxe.xoxp-  [A-Za-z0-9%+/=-]{10,300}    mixed
slack-token               xapp-                                  \d-<a>{8,14}-\d{8,16}-<a>{40,80}
discord-token             M N O                                  <w>{23,27}\.<w>{6}\.<w>{27,40}  dense
twilio-key                AC                                     <x>{32}
twilio-key                SK                                     [a-fA-F0-9]{32}
stripe-key                sk_live_ sk_test_ sk_prod_ rk_live_    <a>{10,250}                   mixed
stripe-key                rk_test_ rk_prod_                      <a>{10,250}                   mixed
stripe-client-secret      pi_ seti_ cs_                          <a>{20,80}_secret_<a>{16,60}
stripe-key                whsec_                                 [A-Za-z0-9+/=]{24,80}         mixed
square-token              sq0atp- sq0csp- sq0idb- sq0ida-        <w>{22,60}
square-token              EAAA                                   [A-Za-z0-9_+=-]{22,64}        dense
paypal-token              A21AA                                  <w>{80,100}
braintree-token           access_token$                          (?:production|sandbox)\$[a-z0-9]{16}\$<x>{32}
adyen-api-key             AQE                                    <b>{60,200}-<b>{40,60}=?-[^\s"'`]{8,20}
shopify-token             shpat_ shpca_ shppa_ shpss_ shpua_ shptka_  [a-fA-F0-9]{32,64}
razorpay-key              rzp_live_ rzp_test_                    <a>{14,24}
flutterwave-key           FLWSECK- FLWSECK_TEST-                 <a>{12,40}(?:-X)?
live-api-key              live_ test_ sandbox_                   <w>{30,64}                    random
plaid-token               access-sandbox- access-development- access-production-  <uuid>
midtrans-key              Mid-server-                            <w>{20,40}
easypost-key              EZAK EZTK                              <a>{54}
shippo-token              shippo_live_ shippo_test_              <x>{40}
duffel-token              duffel_live_ duffel_test_              [\w=-]{43}
openai-key                sk-proj- sk-svcacct- sk-admin- sk-None-  <w>{20,250}
anthropic-key             sk-ant-                                <w>{24,200}
whence-key                sk-sekha-                              <w>{43}
openrouter-key            sk-or-                                 <w>{32,120}
llm-api-key               sk-let-                                [A-Za-z0-9+/=]{60,250}
langfuse-key              sk-lf-                                 <uuid>
llm-api-key               sk-                                    <a>{32,120}                   mixed
sanity-token              sk                                     <a>{176,182}                   dense
elevenlabs-key            sk_                                    <x>{48}
huggingface-token         hf_ api_org_                           <a>{30,60}
groq-key                  gsk_                                   <a>{40,64}
replicate-token           r8_                                    <w>{37}
perplexity-key            pplx-                                  <a>{40,64}
xai-key                   xai-                                   <a>{60,90}
fireworks-key             fw_                                    <a>{22,24}                    dense
langsmith-key             lsv2_pt_ lsv2_sk_                      <x>{32}_<x>{10}
pinecone-key              pcsk_                                  <a>{4,8}_<a>{40,80}
nvidia-key                nvapi-                                 <w>{60,70}
cerebras-key              csk-                                   [a-z0-9]{40,60}               random
tavily-key                tvly-                                  <w>{30,50}
voyage-key                pa-                                    <w>{43}                       dense
wandb-key                 wandb_v1_                              \w{40,90}
devin-key                 cog_                                   [a-z0-9]{40,60}               random
runpod-key                rpa_                                   <a>{40,50}
llamacloud-key            llx-                                   <a>{40,60}
jina-key                  jina_                                  <w>{40,80}
npm-token                 npm_                                   <a>{36}
pypi-token                pypi-AgE                               <w>{50,1000}
rubygems-key              rubygems_                              [a-z0-9]{48}
crates-token              cio                                    <a>{32}                       random
nuget-key                 oy2                                    [a-z0-9]{43}
docker-token              dckr_pat_ dckr_oat_                    <w>{27,48}
clojars-token             CLOJARS_                               <a>{60}
artifactory-key           AKC                                    [a-z]<a>{60,75}               dense
artifactory-key           cmVmd                                  <a>{59}                       dense
packagist-token           packagist_                             [a-z]{2,4}_<x>{40,80}
openvsx-token             ovsxat_ ovsxp_                         <uuid>
planetscale-token         pscale_tkn_ pscale_oauth_ pscale_pw_   [\w=.-]{32,64}
supabase-key              sbp_                                   (?:v0_|oauth_)?[a-z0-9]{40}
supabase-key              sb_secret_                             <w>{22,48}
neon-key                  napi_                                  [a-z0-9]{40,80}
neon-key                  npg_                                   <a>{12,24}
databricks-token          dapi                                   <x>{32}(?:-\d)?
mongodb-atlas-secret      mdb_sa_sk_                             <w>{40}
clickhouse-key            4b1d                                   <a>{38}                       dense
cockroach-key             CCDB1_                                 <a>{22}_<a>{40}
confluent-secret          cflt                                   <b>{60}
aiven-password            AVNS_                                  <w>{16,30}
newrelic-key              NRAK- NRII- NRIQ- NRJS- NRRA- NRSP- NRBR-  <w>{19,42}
sentry-token              sntryu_ sntrys_ sntrya_ sntryi_        [A-Za-z0-9+/=_-]{60,400}
grafana-token             glc_                                   [A-Za-z0-9+/=]{32,400}
grafana-token             glsa_                                  <a>{32}_[a-fA-F0-9]{8}
grafana-token             eyJrIjoi                               <a>{60,400}={0,2}
honeycomb-key             hcaik_ hcamk_ hcbik_ hcxik_            [a-z0-9]{26,64}
dynatrace-token           dt0c01. dt0s01. dt0s02. dt0s16.        <a>{24}\.<a>{64}
posthog-key               phx_ phs_                              <a>{40,60}
logfire-token             pylf_v                                 \d_[a-z]{2}_<a>{40,60}
sendgrid-key              SG.                                    [\w=.-]{60,80}                mixed
mailgun-key               key-                                   (?<![a-z]-key-)[a-z0-9]{32}    random
resend-key                re_                                    \w{32,40}                     dense
resend-key                re_                                    <a>{8}_<a>{24}                mixed
brevo-key                 xkeysib- xsmtpsib-                     <x>{64}-<a>{16}
mailersend-token          mlsn.                                  <x>{64}
atlassian-token           ATATT ATSTT ATOAT                      [\w=+/-]{60,250}
linear-key                lin_api_ lin_oauth_ lin_wh_            <a>{32,72}
notion-token              ntn_                                   \d{8,12}<a>{32,38}
notion-token              secret_                                <a>{43}
airtable-token            pat                                    <a>{14}\.<x>{64}
asana-token               0/ 1/ 2/                               \d{10,18}(?:/\d{10,18})?:<x>{32}
figma-token               figd_ figu_ figdr_ figo_ figur_ figp_  [\w=-]{38,60}
mapbox-token              sk.eyJ tk.eyJ                          <w>{40,200}\.<w>{20,48}
vault-token               hvs. hvb. hvr.                         <w>{24,300}
vault-token               s.                                     <a>{24}                       random
doppler-token             dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit.  (?:[a-z0-9_-]{2,35}\.)?<a>{40,44}
pulumi-token              pul-                                   [a-z0-9]{40}
postman-key               PMAK-                                  <x>{24}-<x>{34}
hubspot-token             pat-                                   [a-z]{2,3}\d-<uuid>
contentful-token          CFPAT-                                 <w>{43}
dropbox-token             sl.                                    (?:u\.)?<w>{100,2000}
salesforce-token          00D                                    <a>{12,15}![\w.]{80,120}
salesforce-token          5AEP861                                [\w.=]{80,200}
launchdarkly-key          sdk- api- mob-                         <uuid>
typeform-token            tfp_                                   [\w.=-]{40,70}
readme-key                rdme_                                  [a-z0-9]{60,80}
prefect-key               pnu_ pnb_                              <a>{36}
clickup-token             pk_                                    \d{4,12}_[A-Z0-9]{32}
1password-key             A3-                                    [A-Z0-9]{6}-[A-Z0-9]{6,11}(?:-[A-Z0-9]{5}){3,4}
1password-key             ops_eyJ                                <b>{200,2000}={0,3}
adobe-secret              p8e-                                   <w>{30,34}
intercom-token            dG9rO                                  <b>{50,60}={0,2}
frameio-token             fio-u-                                 [\w=-]{60,70}
defined-networking-key    dnkey-                                 [\w=-]{26}-[\w=-]{52}
wakatime-key              waka_                                  (?:(?:sec|tok|ref)_)?(?:<uuid>|<a>{60,90})
localstack-token          ls-                                    <a>{8}(?:-<a>{4}){3}-<a>{12}  mixed
infisical-token           st.                                    <x>{24}\.<x>{32}\.<x>{32}
bitwarden-token           0.                                     <uuid>\.<a>{30}:<b>{22}==
facebook-token            EAA                                    <a>{60,400}
instagram-token           IGQV                                   <w>{80,400}
pinterest-token           pina_                                  <a>{40,90}
jwt                       eyJ eyA ewog                           [\w=-]{8,8192}\.[\w=-]{8,32768}\.(?:[\w=-]{8,1024})?
jwt                       ZXlK                                   [A-Za-z0-9+/_-]{60,8192}={0,2}  dense
42-api-secret             s-s4t2ud- s-s4t2af-                    <x>{64}
endor-key                 endr+                                  [A-Za-z0-9-]{16}
settlemint-token          sm_aat_ sm_pat_ sm_sat_                <a>{16}                        mixed
rootly-token              rootly_                                <x>{64}
telnyx-key                KEY0                                   <a>{24,40}_<a>{16,30}          dense
workato-token             wrkaus- wrkeu- wrkus-                  [\w.-]{40,800}
tinybird-token            p.eyJ                                  <w>{40,400}\.<w>{20,60}
klaviyo-key               pk_                                    (?:<a>{6}_)?<x>{34}
pubnub-key                sec-c-                                 [\w=-]{36,80}
pubnub-key                pub-c- sub-c-                          [a-z0-9]{8}(?:-[a-z0-9]{4}){3}-[a-z0-9]{12}
bannerbear-key            bb_pr_ bb_ma_                          <x>{30}
close-key                 api_                                   [A-Za-z0-9.]{45}              dense
gemini-key                master- account-                       <a>{20}                       dense
salad-key                 salad_cloud_                           <a>{1,30}_<a>{7,240}
voiceflow-key             VF.                                    (?:(?:DM|WS)\.)?[a-fA-F0-9]{24}\.<a>{16}
zoho-token                1000.                                  <x>{32}\.<x>{32}
thog-key                  thog-key- thog-agent-                  <x>{12,40}
finage-key                API_KEY                                [0-9A-Z]{32}                  mixed
locationiq-key            pk.                                    <x>{32}
fullstory-key             na1. eu1.                              [A-Za-z0-9+/]{100}
axiom-token               xaat- xapt- xait-                      <uuid>
paddle-key                pdl_live_ pdl_sdbx_ pdl_test_          \w{24,120}                    mixed
paddle-key                pdl_ntfset_                            \w{24,120}                    mixed
statsig-key               secret- console-                       <a>{40,60}                    dense
flagsmith-key             ser.                                   <a>{20,30}                    mixed
unleash-token             *: default: []:                        \w{2,30}\.[a-f0-9]{40,80}
docker-swarm-token        SWMTKN-1-                              [a-z0-9]{40,60}-[a-z0-9]{20,30}
k3s-token                 K10                                    <x>{64}::(?:server|node|agent):[\w.]{16,64}
modal-token               ak- as-                                <a>{22,24}                    dense
lambda-cloud-key          secret_                                [\w-]+_<x>{32}\.<a>{32}
helicone-key              sk-helicone- pk-helicone-              <w>{20,80}                    mixed
langchain-key             ls__                                   <x>{32}
xata-key                  xau_                                   <a>{30,60}
tigris-key                tid_ tsec_                             <w>{30,80}                    dense
fauna-key                 fnA                                    <w>{30,60}                    dense
socket-token              sktsec_                                <w>{30,100}
stytch-secret             secret-live- secret-test-              [\w=-]{30,60}
context7-key              ctx7sk-                                <uuid>
firecrawl-key             fc-                                    <x>{32}
cursor-key                key_ crsr_                             <x>{64}
trigger-dev-key           tr_dev_ tr_prod_ tr_stg_ tr_preview_   <a>{20,32}
trigger-dev-key           tr_pat_                                [a-z0-9]{40}
apify-token               apify_api_                             <a>{36}
deno-token                ddp_ ddw_ ddo_                         <a>{36}
e2b-key                   e2b_                                   <x>{40}
browserbase-key           bb_live_                               <w>{27}
cartesia-key              sk_car_                                <a>{20,24}
together-key              tgp_v1_                                <w>{43}
bifrost-key               sk-bf-                                 <uuid>
daytona-key               dtn_                                   <x>{64}
zep-key                   zep_ z_                                <w>{60,120}                   dense
inngest-key               signkey-prod- signkey-test- signkey-branch-  <x>{64}
polar-token               polar_oat_ polar_pat_ polar_rst_       <a>{40,60}
creem-key                 creem_ creem_test_                     <a>{20,24}                    mixed
unkey-key                 unkey_                                 <a>{20,30}                    mixed
supabase-key              svcp_                                  <w>{40}                       dense
clerk-key                 sk_org_                                <a>{32,50}                    mixed
upstage-key               up_                                    <a>{32}                       dense
mem0-key                  m0-                                    <a>{40}                       dense
convex-key                prod: dev: preview:                    [\w:-]{3,80}\|[A-Za-z0-9+/=]{60,200}
brave-key                 BSA                                    <w>{28}                       dense
google-api-key            AQ.Ab8                                 <w>{40,60}
django-secret-key         django-insecure-                       [^\s"'`\\]{30,80}
age-secret-key            AGE-SECRET-KEY-1                       [A-Z0-9]{58}
zuplo-key                 zpka_                                  <x>{32}_<x>{8}
paystack-key              sk_live_ sk_test_                      [a-z0-9]{40}                  mixed
pagarme-key               ak_live_ ak_test_                      <a>{30}
scrapfly-key              scp-live- scp-test-                    [a-z0-9]{32}
dfuse-key                 web_ server_                           <x>{32}
fleetbase-key             flb_live_ flb_test_                    <a>{20}
nightfall-key             NF-                                    <a>{32}                       mixed
ubidots-token             BBFF- BBUS-                            <a>{30,40}                    mixed
teamwork-token            tkn.v1_                                [\w=-]{60,100}
storecove-key             storecove_                             <a>{36,60}
apifonica-key             apifonica-                             [a-z0-9-]{36,48}              random
nkey-seed                 SUA SAA SOA SCA SNA                    [A-Z2-7]{55}
ntlm-token                TlRMTVNTUAAD TlRMTVNTUAAC              [A-Za-z0-9+/]{40,2000}={0,2}
postman-key               PMAT-                                  [A-Z0-9]{26}                  mixed
wundergraph-key           cosmo_                                 <x>{32}
salesforce-key            3MVG9                                  [\w.]{60,100}
vercel-token              vercel_blob_rw_                        <a>{16}_<a>{24,40}
appsync-key               da2-                                   [a-z0-9]{26}                  mixed
pixie-key                 px-dep- px-api-                        <uuid>
stackhawk-key             hawk.                                  <w>{20}\.<w>{20}
vault-token               b.                                     AAAAAQ<w>{80,300}
vault-token               r.                                     <a>{24,30}                    dense
openpipe-key              opk_                                   <x>{40,64}
mixedbread-key            emb_ mxb_                              <x>{40,64}
predibase-key             pb_                                    <w>{22}                       dense
hyperbrowser-key          hb_                                    <x>{28}
n8n-key                   n8n_api_                               <x>{40,120}
pipedream-key             pd_ pd_live_                           <x>{32}
anyscale-key              esecret_                               [a-z0-9]{26}                  mixed
namespace-token           nsct_ nscrg_                           [\w.-]{40,800}
retell-key                key_                                   <x>{24,40}                    mixed
composio-key              ak_ oak_ uak_                          <w>{20,24}                    dense
descope-key               K2 K3                                  <a>{60,200}                   dense
coderabbit-key            cr-                                    <x>{40,64}                    mixed
depot-token               depot_org_ depot_project_ depot_user_  <x>{40,64}
cal-key                   cal_ cal_live_                         <x>{32}                       mixed
warp-key                  wk-1.                                  <x>{64}
targon-key                sn4_                                   [a-z0-9]{28}                  mixed
chutes-key                cpk_                                   <x>{32}\.<x>{32}\.<a>{32}
pangea-token              pts_                                   [a-z0-9]{32}                  mixed
sevalla-key               svl_                                   <x>{40,100}
devin-key                 apk_user_ apk_                         [\w=-]{24,120}
mercury-token             secret-token:mercury_                  [\w.-]{24,120}
dotenv-vault-key          dotenv://:key_                         <x>{64}
vultr-key                 v1.C                                   <w>{140,300}
morph-key                 morph_                                 <a>{22}                       mixed
llm-api-key               sk-                                    [a-z]{44,64}                  scrambled
llm-api-key               sk-                                    [a-z0-9]{28,120}              mixed
llm-api-key               sk-                                    [A-Za-z0-9/+]{60,120}={0,2}    dense
zuora-key                 zpk_                                   <x>{32,64}
slack-token               xapp-                                  \d-[A-Za-z0-9-]{16,120}       mixed
slack-token               xoxe.xoxb- xoxe.xoxp- xoxexoxb- xoxexoxp-  [A-Za-z0-9-]{24,250}      mixed
jwt                       ey                      <a>{17,4096}\.ey[\w/\\-]{17,8192}\.(?:[\w/\\-]{10,2048}={0,2})?  dense
nostr-key                 nsec1                                  [02-9ac-hj-np-z]{58}
"""

# A credential starts where no letter or digit stands before it, except those of an escape: \n, \t, %3D, a colour.
_START = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2})|(?<=\[\dm)|(?<=\[\d\dm)|(?<=;\d\dm))"
_END = r"(?![A-Za-z0-9])"
_SHORT = {
    "<a>": "[A-Za-z0-9]",
    "<w>": "[A-Za-z0-9_-]",
    "<b>": "[A-Za-z0-9+/]",
    "<x>": "[a-f0-9]",
    "<uuid>": "[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}",
}


def is_unwritten(text: str) -> bool:
    """Whether small letters alone were drawn: words have twice as many of the common pairs."""
    return wordiness(text) < 0.48


def is_login(text: str) -> bool:
    """Whether what stands where an address has a user was drawn at random: users are words."""
    return is_random(text) or (len(text) >= 16 and is_scrambled(text) and wordiness(text) < 0.4)


_CHECKS: dict[str, Callable[[str], bool]] = {
    "dense": is_dense,
    "login": is_login,
    "mixed": is_mixed,
    "random": is_random,
    "scrambled": is_unwritten,
}


@dataclass(frozen=True)
class Shape:
    """One row: what it is called, the words of which one must be there, the pattern, and the further check.

    The group `secret`, where the pattern has one, is the credential; else the whole match is.
    """

    name: str
    words: tuple[str, ...]
    source: str
    check: Callable[[str], bool] | None
    marked: bool
    """Whether nothing but a sign is fixed in it, which most lines hold."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when one of its words stands somewhere, as `surroundings` does."""
        return re.compile(_START + self.source + _END, re.ASCII)


def _shape(row: str, leading: bool) -> Shape:
    name, words, rest, *check = re.split(r" {2,}", row)
    for short, alphabet in _SHORT.items():
        rest = rest.replace(short, alphabet)
    if leading:
        # The longest first, so that a word which begins another doesn't hide it.
        rest = "(?:" + "|".join(map(re.escape, sorted(words.split(), key=len, reverse=True))) + f")(?:{rest})"
    known = tuple(words.split())
    return Shape(name, known, rest, _CHECKS[check[0]] if check else None, max(map(len, known)) == 1)


LEADING = tuple(_shape(row, True) for row in _LEADING.strip().splitlines())
INNER = tuple(_shape(row, False) for row in marks.INNER.strip().splitlines())
