r"""The tables of the redaction corpus: published shapes of credentials, texts that carry secrets, and look-alikes.

`[class]{n}` stands for n random characters, `<name>` for a builder of redaction.py, `«...»` for the secret part, `\n`
for a new line. In SHAPES a `!` before the name marks a credential without a shape of its own: only a telling name
gives it away, so it is never shown without one. The shapes are those in the providers' documentation and in the
published lists of GitHub's secret scanning, gitleaks and trufflehog.
"""

SHAPES = r"""
cloud AWS_ACCESS_KEY_ID AKIA[A-Z2-7]{16}
cloud AWS_TEMP_ACCESS_KEY_ID ASIA[A-Z2-7]{16}
cloud !AWS_SECRET_ACCESS_KEY [A-Za-z0-9/+]{40}
cloud !AWS_SESSION_TOKEN IQoJb3JpZ2luX2Vj[A-Za-z0-9/+]{300}==
cloud AWS_BEDROCK_API_KEY ABSK[A-Za-z0-9+/]{109,120}=
cloud !AWS_MWS_SECRET [A-Za-z0-9+/]{40}
cloud AWS_MWS_AUTH_TOKEN amzn.mws.<uuid>
cloud AMAZON_CLIENT_SECRET amzn1.oa2-cs.v1.[a-f0-9]{64}
cloud GOOGLE_API_KEY AIza[A-Za-z0-9_\-]{35}
cloud GOOGLE_CLIENT_SECRET GOCSPX-[A-Za-z0-9_\-]{28}
cloud GOOGLE_ACCESS_TOKEN ya29.[A-Za-z0-9_\-]{120}
cloud GOOGLE_REFRESH_TOKEN 1//0[A-Za-z0-9_\-]{60}
cloud GCS_HMAC_KEY GOOG1E[A-Z0-9]{55}
cloud FIREBASE_SERVER_KEY AAAA[A-Za-z0-9_\-]{7}:APA91b[A-Za-z0-9_\-]{134}
cloud AZURE_CLIENT_SECRET [A-Za-z0-9]{3}8Q~[A-Za-z0-9_.~]{34}
cloud !AZURE_STORAGE_KEY [A-Za-z0-9+/]{86}==
cloud AZURE_DEVOPS_PAT [A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}
cloud !AZURE_DEVOPS_OLD_TOKEN [a-z2-7]{52}
cloud AZURE_OPENAI_KEY [A-Za-z0-9]{52}JQQJ99[A-Z0-9]{8}AAAA[A-Z]{3}ACOG[A-Za-z0-9]{4}
cloud AZURE_FUNCTION_KEY [A-Za-z0-9_\-]{44}AzFu[A-Za-z0-9\-_]{5}==
cloud AZURE_SEARCH_KEY [A-Za-z0-9]{42}AzSe[A-Za-z0-9]{6}
cloud AZURE_BATCH_KEY [A-Za-z0-9+/]{76}+ABa[A-Za-z0-9+/]{6}==
cloud AZURE_COSMOS_KEY [A-Za-z0-9+/]{76}ACDb[A-Za-z0-9+/]{6}==
cloud AZURE_SERVICE_BUS_KEY [A-Za-z0-9+/]{33}+ASb[A-Za-z0-9+/]{6}=
cloud DIGITALOCEAN_TOKEN dop_v1_[a-f0-9]{64}
cloud DIGITALOCEAN_OAUTH doo_v1_[a-f0-9]{64}
cloud DIGITALOCEAN_REFRESH_TOKEN dor_v1_[a-f0-9]{64}
cloud !DO_SPACES_SECRET [A-Za-z0-9+/]{43}
cloud ALIBABA_ACCESS_KEY_ID LTAI[A-Za-z0-9]{20}
cloud !ALIBABA_ACCESS_KEY_SECRET [A-Za-z0-9]{30}
cloud TENCENT_SECRET_ID AKID[A-Za-z0-9]{32}
cloud !TENCENT_SECRET_KEY [A-Za-z0-9]{32}
cloud VOLCENGINE_ACCESS_KEY AKLT[A-Za-z0-9]{40}
cloud BAIDU_API_KEY bce-v3/ALTAK-[A-Za-z0-9]{21}/[a-f0-9]{40}
cloud !IBM_CLOUD_API_KEY [A-Za-z0-9_\-]{44}
cloud !ORACLE_CUSTOMER_SECRET_KEY [A-Za-z0-9+/]{43}=
cloud !CLOUDFLARE_API_TOKEN [A-Za-z0-9_\-]{40}
cloud !CLOUDFLARE_GLOBAL_API_KEY [a-f0-9]{37}
cloud CLOUDFLARE_ORIGIN_CA_KEY v1.0-[a-f0-9]{24}-[a-f0-9]{146}
cloud !HEROKU_API_KEY <uuid>
cloud HEROKU_API_TOKEN HRKU-AA[A-Za-z0-9_\-]{58}
cloud FLY_API_TOKEN fo1_[A-Za-z0-9_\-]{43}
cloud FLY_ACCESS_TOKEN fm2_[A-Za-z0-9+/]{160}
cloud !VERCEL_TOKEN [A-Za-z0-9]{24}
cloud VERCEL_ACCESS_TOKEN vcp_[A-Za-z0-9]{56}
cloud NETLIFY_AUTH_TOKEN nfp_[A-Za-z0-9]{36}
cloud RENDER_API_KEY rnd_[A-Za-z0-9]{28}
cloud !RAILWAY_TOKEN <uuid>
cloud !LINODE_TOKEN [a-f0-9]{64}
cloud !VULTR_API_KEY [A-Z0-9]{36}
cloud !HCLOUD_TOKEN [A-Za-z0-9]{64}
cloud SCALEWAY_ACCESS_KEY SCW[A-Z0-9]{17}
cloud !SCALEWAY_SECRET_KEY <uuid>
cloud SCALINGO_API_TOKEN tk-us-[A-Za-z0-9_\-]{48}
cloud !OVH_APPLICATION_SECRET [a-z0-9]{32}
cloud YANDEX_API_KEY AQVN[A-Za-z0-9_\-]{36}
cloud YANDEX_OAUTH_TOKEN y0_[A-Za-z0-9_\-]{55}
cloud YANDEX_IAM_TOKEN t1.[A-Za-z0-9_\-]{60}.[A-Za-z0-9_\-]{86}
cloud YANDEX_STATIC_KEY YC[A-Za-z0-9_\-]{38}
cloud B2_APPLICATION_KEY K00[A-Za-z0-9/+]{28}
cloud AKAMAI_CLIENT_TOKEN akab-[a-z0-9]{16}-[a-z0-9]{16}
cloud !FASTLY_API_TOKEN [A-Za-z0-9_\-]{32}
cloud TAILSCALE_AUTH_KEY tskey-auth-[A-Za-z0-9]{12}CNTRL-[A-Za-z0-9]{32}
cloud TAILSCALE_API_KEY tskey-api-[A-Za-z0-9]{12}CNTRL-[A-Za-z0-9]{32}
cloud OPENSHIFT_TOKEN sha256~[A-Za-z0-9_\-]{43}
cloud !KUBEADM_TOKEN [a-z0-9]{6}.[a-z0-9]{16}
forge GITHUB_TOKEN ghp_[A-Za-z0-9]{36}
forge GITHUB_OAUTH gho_[A-Za-z0-9]{36}
forge GITHUB_USER_TOKEN ghu_[A-Za-z0-9]{36}
forge GITHUB_APP_TOKEN ghs_[A-Za-z0-9]{36}
forge GITHUB_REFRESH_TOKEN ghr_[A-Za-z0-9]{76}
forge GITHUB_PAT github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}
forge !GITHUB_CLIENT_SECRET [a-f0-9]{40}
forge GITLAB_TOKEN glpat-[A-Za-z0-9_\-]{20}
forge GITLAB_ROUTABLE_TOKEN glpat-[A-Za-z0-9_\-]{27}.01.[a-z0-9]{9}
forge GITLAB_RUNNER_TOKEN glrt-[A-Za-z0-9_\-]{20}
forge GITLAB_RUNNER_T1_TOKEN glrt-t1_[A-Za-z0-9_\-]{20}
forge GITLAB_REGISTRATION_TOKEN GR1348941[A-Za-z0-9_\-]{20}
forge GITLAB_DEPLOY_TOKEN gldt-[A-Za-z0-9_\-]{20}
forge GITLAB_TRIGGER_TOKEN glptt-[a-f0-9]{40}
forge GITLAB_FEED_TOKEN glft-[A-Za-z0-9_\-]{20}
forge GITLAB_MAIL_TOKEN glimt-[A-Za-z0-9_\-]{25}
forge GITLAB_AGENT_TOKEN glagent-[A-Za-z0-9_\-]{50}
forge GITLAB_OAUTH_SECRET gloas-[a-f0-9]{64}
forge GITLAB_SCIM_TOKEN glsoat-[A-Za-z0-9_\-]{20}
forge CI_JOB_TOKEN glcbt-64_[A-Za-z0-9_\-]{20}
forge GITLAB_FLAG_TOKEN glffct-[A-Za-z0-9_\-]{20}
forge BITBUCKET_APP_PASSWORD ATBB[A-Za-z0-9]{32}
forge BITBUCKET_ACCESS_TOKEN ATCTT3xFfG[A-Za-z0-9_\-]{160}=[A-F0-9]{8}
forge !BITBUCKET_CLIENT_SECRET [A-Za-z0-9_\-]{64}
forge !GITEA_TOKEN [a-f0-9]{40}
forge SOURCEGRAPH_TOKEN sgp_[a-f0-9]{16}_[a-f0-9]{40}
forge BUILDKITE_TOKEN bkua_[a-f0-9]{40}
forge CIRCLECI_TOKEN CCIPAT_[A-Za-z0-9]{22}_[a-f0-9]{40}
forge !TRAVIS_TOKEN [A-Za-z0-9]{22}
forge !DRONE_TOKEN [A-Za-z0-9]{32}
forge !CODECOV_TOKEN <uuid>
forge SONAR_TOKEN squ_[a-f0-9]{40}
forge SONAR_PROJECT_TOKEN sqp_[a-f0-9]{40}
forge SNYK_TOKEN snyk_uat.[a-f0-9]{8}.[A-Za-z0-9_\-]{120}
forge !SNYK_API_TOKEN <uuid>
forge OCTOPUS_API_KEY API-[A-Z0-9]{26}
forge HARNESS_API_KEY pat.[A-Za-z0-9_\-]{22}.[a-f0-9]{24}.[A-Za-z0-9]{20}
forge INFRACOST_API_KEY ico-[A-Za-z0-9]{32}
chat SLACK_BOT_TOKEN xoxb-[0-9]{12}-[0-9]{13}-[A-Za-z0-9]{24}
chat SLACK_USER_TOKEN xoxp-[0-9]{12}-[0-9]{12}-[0-9]{13}-[a-f0-9]{32}
chat SLACK_LEGACY_TOKEN xoxs-[0-9]{11}-[0-9]{11}-[0-9]{11}-[a-f0-9]{10}
chat SLACK_APP_TOKEN xapp-1-A[A-Z0-9]{10}-[0-9]{13}-[a-f0-9]{64}
chat SLACK_REFRESH_TOKEN xoxe-1-[A-Za-z0-9]{146}
chat SLACK_CONFIG_TOKEN xoxe.xoxp-1-[A-Za-z0-9]{166}
chat !SLACK_SIGNING_SECRET [a-f0-9]{32}
chat SLACK_WEBHOOK https://hooks.slack.com/services/«T[A-Z0-9]{10}/B[A-Z0-9]{10}/[A-Za-z0-9]{24}»
chat DISCORD_BOT_TOKEN [MNO]{1}[A-Za-z0-9]{25}.[A-Za-z0-9_\-]{6}.[A-Za-z0-9_\-]{38}
chat DISCORD_WEBHOOK https://discord.com/api/webhooks/[1-9]{1}[0-9]{18}/«[A-Za-z0-9_\-]{68}»
chat !DISCORD_CLIENT_SECRET [A-Za-z0-9_\-]{32}
chat TELEGRAM_BOT_TOKEN [1-9]{1}[0-9]{9}:AA[A-Za-z0-9_\-]{33}
chat TEAMS_WEBHOOK https://acme.webhook.office.com/webhookb2/<uuid>@<uuid>/IncomingWebhook/«[a-f0-9]{32}»/<uuid>
chat TWILIO_API_KEY SK[a-f0-9]{32}
chat !TWILIO_AUTH_TOKEN [a-f0-9]{32}
chat !MATTERMOST_TOKEN [a-z0-9]{26}
chat !ZOOM_CLIENT_SECRET [A-Za-z0-9]{32}
chat !VONAGE_API_SECRET [A-Za-z0-9]{16}
chat !MESSAGEBIRD_API_KEY [A-Za-z0-9]{25}
chat !PUSHER_SECRET [a-f0-9]{20}
chat WEBEX_BOT_TOKEN [A-Za-z0-9_\-]{64}_PF84_<uuid>
payment STRIPE_SECRET_KEY sk_live_[A-Za-z0-9]{24}
payment STRIPE_TEST_KEY sk_test_51[A-Za-z0-9]{97}
payment STRIPE_RESTRICTED_KEY rk_live_[A-Za-z0-9]{99}
payment STRIPE_WEBHOOK_SECRET whsec_[A-Za-z0-9]{32}
payment SQUARE_ACCESS_TOKEN EAAA[A-Za-z0-9_\-]{60}
payment SQUARE_OAUTH_SECRET sq0csp-[A-Za-z0-9_\-]{43}
payment SQUARE_TOKEN sq0atp-[A-Za-z0-9_\-]{22}
payment !PAYPAL_CLIENT_SECRET E[A-Za-z0-9_\-]{79}
payment PAYPAL_ACCESS_TOKEN A21AA[A-Za-z0-9_\-]{92}
payment BRAINTREE_ACCESS_TOKEN access_token$production$[a-z0-9]{16}$[a-f0-9]{32}
payment ADYEN_API_KEY AQE[a-z]{1}hmf[A-Za-z0-9+/]{120}-[A-Za-z0-9+/]{43}=-[A-Za-z0-9]{16}
payment SHOPIFY_ACCESS_TOKEN shpat_[a-f0-9]{32}
payment SHOPIFY_CUSTOM_TOKEN shpca_[a-f0-9]{32}
payment SHOPIFY_PRIVATE_TOKEN shppa_[a-f0-9]{32}
payment SHOPIFY_SHARED_SECRET shpss_[a-f0-9]{32}
payment !RAZORPAY_KEY_SECRET [A-Za-z0-9]{24}
payment RAZORPAY_KEY rzp_live_[A-Za-z0-9]{14}
payment PAYSTACK_SECRET_KEY sk_live_[a-f0-9]{40}
payment FLUTTERWAVE_SECRET_KEY FLWSECK_TEST-[a-h0-9]{32}-X
payment MOLLIE_API_KEY live_[A-Za-z0-9]{30}
payment GOCARDLESS_TOKEN live_[A-Za-z0-9_\-]{40}
payment PLAID_ACCESS_TOKEN access-sandbox-<uuid>
payment !PLAID_SECRET [a-f0-9]{30}
payment !COINBASE_API_SECRET [A-Za-z0-9+/]{86}==
payment MIDTRANS_SERVER_KEY Mid-server-[A-Za-z0-9_\-]{24}
payment EASYPOST_API_KEY EZAK[A-Za-z0-9]{54}
payment SHIPPO_TOKEN shippo_live_[a-f0-9]{40}
payment DUFFEL_TOKEN duffel_live_[A-Za-z0-9_\-]{43}
payment LOB_API_KEY live_[a-f0-9]{35}
llm OPENAI_API_KEY sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}
llm OPENAI_PROJECT_KEY sk-proj-[A-Za-z0-9_\-]{74}T3BlbkFJ[A-Za-z0-9_\-]{74}
llm OPENAI_SERVICE_KEY sk-svcacct-[A-Za-z0-9_\-]{58}T3BlbkFJ[A-Za-z0-9_\-]{58}
llm OPENAI_ADMIN_KEY sk-admin-[A-Za-z0-9_\-]{58}T3BlbkFJ[A-Za-z0-9_\-]{58}
llm ANTHROPIC_API_KEY sk-ant-api03-[A-Za-z0-9_\-]{93}AA
llm ANTHROPIC_ADMIN_KEY sk-ant-admin01-[A-Za-z0-9_\-]{93}AA
llm ANTHROPIC_OAUTH sk-ant-oat01-[A-Za-z0-9_\-]{93}AA
llm HF_TOKEN hf_[A-Za-z]{34}
llm HF_ORG_TOKEN api_org_[A-Za-z]{34}
llm GROQ_API_KEY gsk_[A-Za-z0-9]{52}
llm REPLICATE_API_TOKEN r8_[A-Za-z0-9]{37}
llm !COHERE_API_KEY [A-Za-z0-9]{40}
llm !MISTRAL_API_KEY [A-Za-z0-9]{32}
llm PERPLEXITY_API_KEY pplx-[A-Za-z0-9]{48}
llm XAI_API_KEY xai-[A-Za-z0-9]{80}
llm OPENROUTER_API_KEY sk-or-v1-[a-f0-9]{64}
llm DEEPSEEK_API_KEY sk-[a-f0-9]{32}
llm FIREWORKS_API_KEY fw_[A-Za-z0-9]{22}
llm !TOGETHER_API_KEY [a-f0-9]{64}
llm LANGSMITH_API_KEY lsv2_pt_[a-f0-9]{32}_[a-f0-9]{10}
llm LANGFUSE_SECRET_KEY sk-lf-<uuid>
llm PINECONE_API_KEY pcsk_[A-Za-z0-9]{5}_[A-Za-z0-9]{63}
llm TAVILY_API_KEY tvly-[A-Za-z0-9]{32}
llm NVIDIA_API_KEY nvapi-[A-Za-z0-9_\-]{64}
llm CEREBRAS_API_KEY csk-[a-z0-9]{48}
llm VOYAGE_API_KEY pa-[A-Za-z0-9_\-]{43}
llm JINA_API_KEY jina_[a-f0-9]{32}[A-Za-z0-9_\-]{28}
llm ELEVENLABS_API_KEY sk_[a-f0-9]{48}
llm !DEEPGRAM_API_KEY [a-f0-9]{40}
llm !ASSEMBLYAI_API_KEY [a-f0-9]{32}
llm WANDB_V1_API_KEY wandb_v1_[A-Za-z0-9]{77}
llm !WANDB_API_KEY [a-f0-9]{40}
llm RUNPOD_API_KEY rpa_[A-Z0-9]{40}[a-z0-9]{6}
llm LLAMA_CLOUD_API_KEY llx-[A-Za-z0-9]{48}
registry NPM_TOKEN npm_[A-Za-z0-9]{36}
registry PYPI_TOKEN pypi-AgEIcHlwaS5vcmcC[A-Za-z0-9_\-]{150}
registry RUBYGEMS_API_KEY rubygems_[a-f0-9]{48}
registry CARGO_REGISTRY_TOKEN cio[A-Za-z0-9]{32}
registry NUGET_API_KEY oy2[a-z0-9]{43}
registry DOCKER_PAT dckr_pat_[A-Za-z0-9_\-]{27}
registry DOCKER_ORG_TOKEN dckr_oat_[A-Za-z0-9_\-]{32}
registry CLOJARS_TOKEN CLOJARS_[a-f0-9]{60}
registry ARTIFACTORY_API_KEY AKCp[A-Za-z0-9]{69}
registry ARTIFACTORY_REFERENCE_TOKEN cmVmdGtuOj[A-Za-z0-9]{54}
registry !HEX_API_KEY [a-f0-9]{32}
registry !CLOUDSMITH_API_KEY [a-f0-9]{40}
registry PACKAGIST_TOKEN packagist_uut_[a-f0-9]{68}
registry OPENVSX_TOKEN ovsxat_<uuid>
registry !VSCE_PAT [a-z2-7]{52}
registry JFROG_TOKEN eyJ2ZXIiOiIyIiwidHlwIjoiSldUIiwiYWxnIjoiUlMyNTYi[A-Za-z0-9_\-]{40}.[A-Za-z0-9_\-]{200}.[A-Za-z0-9_\-]{86}
database PLANETSCALE_TOKEN pscale_tkn_[A-Za-z0-9_\-]{43}
database PLANETSCALE_PASSWORD pscale_pw_[A-Za-z0-9_\-]{43}
database PLANETSCALE_OAUTH pscale_oauth_[A-Za-z0-9_\-]{43}
database SUPABASE_ACCESS_TOKEN sbp_[a-f0-9]{40}
database SUPABASE_SECRET_KEY sb_secret_[A-Za-z0-9_\-]{31}
database SUPABASE_SERVICE_ROLE_KEY <jwt>
database NEON_API_KEY napi_[a-z0-9]{64}
database !NEON_PASSWORD npg_[A-Za-z0-9]{12}
database DATABRICKS_TOKEN dapi[a-f0-9]{32}
database DATABRICKS_USER_TOKEN dapi[a-f0-9]{32}-2
database !UPSTASH_REST_TOKEN A[A-Za-z0-9]{51}==
database !ELASTIC_API_KEY [A-Za-z0-9]{58}==
database MONGODB_ATLAS_SECRET mdb_sa_sk_[A-Za-z0-9_\-]{40}
database CLICKHOUSE_API_SECRET 4b1d[A-Za-z0-9]{38}
database COCKROACH_API_KEY CCDB1_[A-Za-z0-9]{22}_[A-Za-z0-9]{40}
database CONFLUENT_API_SECRET cflt[A-Za-z0-9+/]{60}
database !INFLUX_TOKEN [A-Za-z0-9_\-]{86}==
database AIVEN_TOKEN AVNS_[A-Za-z0-9_\-]{19}
database !ALGOLIA_ADMIN_KEY [a-f0-9]{32}
monitor !DATADOG_API_KEY [a-f0-9]{32}
monitor !DD_APP_KEY [a-f0-9]{40}
monitor NEW_RELIC_API_KEY NRAK-[A-Z0-9]{27}
monitor NEW_RELIC_INSERT_KEY NRII-[A-Za-z0-9_\-]{32}
monitor NEW_RELIC_LICENSE_KEY [a-f0-9]{36}NRAL
monitor SENTRY_AUTH_TOKEN sntryu_[a-f0-9]{64}
monitor SENTRY_ORG_TOKEN sntrys_eyJpYXQiOjE3[A-Za-z0-9+/]{100}_[A-Za-z0-9+/]{43}
monitor !SENTRY_OLD_TOKEN [a-f0-9]{64}
monitor SENTRY_DSN https://«[a-f0-9]{32}»@o[0-9]{6}.ingest.sentry.io/[0-9]{7}
monitor GRAFANA_API_KEY eyJrIjoi[A-Za-z0-9]{80}=
monitor GRAFANA_CLOUD_TOKEN glc_eyJvIjoi[A-Za-z0-9+/]{100}=
monitor GRAFANA_SA_TOKEN glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}
monitor !PAGERDUTY_API_KEY [A-Za-z0-9_+\-]{20}
monitor !HONEYCOMB_API_KEY [A-Za-z0-9]{22}
monitor HONEYCOMB_INGEST_KEY hcaik_01[a-z0-9]{56}
monitor DYNATRACE_TOKEN dt0c01.[A-Z2-7]{24}.[A-Z2-7]{64}
monitor !SPLUNK_HEC_TOKEN <uuid>
monitor !ROLLBAR_ACCESS_TOKEN [a-f0-9]{32}
monitor !OPSGENIE_API_KEY <uuid>
monitor !SUMOLOGIC_ACCESS_KEY [A-Za-z0-9]{64}
monitor POSTHOG_PERSONAL_KEY phx_[A-Za-z0-9]{43}
monitor LOGFIRE_TOKEN pylf_v1_eu_[A-Za-z0-9]{43}
mail SENDGRID_API_KEY SG.[A-Za-z0-9_\-]{22}.[A-Za-z0-9_\-]{43}
mail MAILGUN_API_KEY key-[a-f0-9]{32}
mail MAILGUN_SIGNING_KEY [a-f0-9]{32}-[a-f0-9]{8}-[a-f0-9]{8}
mail MAILCHIMP_API_KEY [a-f0-9]{32}-us12
mail !POSTMARK_SERVER_TOKEN <uuid>
mail RESEND_API_KEY re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}
mail BREVO_API_KEY xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}
mail BREVO_SMTP_KEY xsmtpsib-[a-f0-9]{64}-[A-Za-z0-9]{16}
mail !SPARKPOST_API_KEY [a-f0-9]{40}
mail MAILERSEND_TOKEN mlsn.[a-f0-9]{64}
mail !MAILJET_SECRET_KEY [a-f0-9]{32}
saas ATLASSIAN_API_TOKEN ATATT3xFfGF0[A-Za-z0-9_\-]{171}=[A-F0-9]{8}
saas !JIRA_TOKEN [A-Za-z0-9]{24}
saas LINEAR_API_KEY lin_api_[A-Za-z0-9]{40}
saas LINEAR_OAUTH lin_oauth_[a-f0-9]{64}
saas NOTION_API_KEY ntn_[0-9]{11}[A-Za-z0-9]{35}
saas NOTION_SECRET secret_[A-Za-z0-9]{43}
saas AIRTABLE_PAT pat[A-Za-z0-9]{14}.[a-f0-9]{64}
saas ASANA_ACCESS_TOKEN 1/[0-9]{16}:[a-f0-9]{32}
saas ASANA_PAT 2/[0-9]{16}/[0-9]{16}:[a-f0-9]{32}
saas FIGMA_TOKEN figd_[A-Za-z0-9_\-]{40}
saas MAPBOX_SECRET_TOKEN sk.eyJ1Ijoi[A-Za-z0-9]{60}.[A-Za-z0-9_\-]{22}
saas !OKTA_API_TOKEN 00[A-Za-z0-9_\-]{40}
saas !AUTH0_CLIENT_SECRET [A-Za-z0-9_\-]{64}
saas VAULT_TOKEN hvs.[A-Za-z0-9_\-]{95}
saas VAULT_BATCH_TOKEN hvb.[A-Za-z0-9_\-]{160}
saas !VAULT_OLD_TOKEN s.[A-Za-z0-9]{24}
saas TERRAFORM_CLOUD_TOKEN [A-Za-z0-9]{14}.atlasv1.[A-Za-z0-9_\-]{67}
saas DOPPLER_TOKEN dp.pt.[A-Za-z0-9]{43}
saas DOPPLER_SERVICE_TOKEN dp.st.prd.[A-Za-z0-9]{43}
saas PULUMI_ACCESS_TOKEN pul-[a-f0-9]{40}
saas POSTMAN_API_KEY PMAK-[a-f0-9]{24}-[a-f0-9]{34}
saas HUBSPOT_TOKEN pat-na1-<uuid>
saas CONTENTFUL_PAT CFPAT-[A-Za-z0-9_\-]{43}
saas !CONTENTFUL_DELIVERY_TOKEN [A-Za-z0-9_\-]{43}
saas DROPBOX_TOKEN sl.[A-Za-z0-9_\-]{136}
saas !DROPBOX_APP_SECRET [a-z0-9]{15}
saas !ZENDESK_SECRET_KEY [a-f0-9]{40}
saas SALESFORCE_TOKEN 00D[A-Za-z0-9]{12}![A-Za-z0-9_.]{96}
saas LAUNCHDARKLY_SDK_KEY sdk-<uuid>
saas LAUNCHDARKLY_API_KEY api-<uuid>
saas TYPEFORM_TOKEN tfp_[A-Za-z0-9_\-]{44}_[A-Za-z0-9]{14}
saas README_API_KEY rdme_[a-z0-9]{70}
saas PREFECT_API_KEY pnu_[A-Za-z0-9]{36}
saas CLICKUP_TOKEN pk_[0-9]{7}_[A-Z0-9]{32}
saas ONEPASSWORD_SECRET_KEY A3-[A-Z0-9]{6}-[A-Z0-9]{6}-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}
saas OP_SERVICE_ACCOUNT_TOKEN ops_eyJ[A-Za-z0-9+/]{250}=
saas ADOBE_CLIENT_SECRET p8e-[A-Za-z0-9_\-]{32}
saas INTERCOM_TOKEN dG9rO[A-Za-z0-9+/]{54}=
saas FRAMEIO_TOKEN fio-u-[A-Za-z0-9_\-]{64}
saas DNKEY dnkey-[A-Z0-9]{26}-[A-Z0-9]{52}
saas MAXMIND_LICENSE_KEY [A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk
saas WAKATIME_API_KEY waka_<uuid>
saas LOCALSTACK_AUTH_TOKEN ls-[A-Za-z0-9]{8}-[A-Za-z0-9]{4}-[A-Za-z0-9]{4}-[A-Za-z0-9]{4}-[A-Za-z0-9]{12}
saas CLERK_SECRET_KEY sk_test_[A-Za-z0-9]{42}
saas INFISICAL_TOKEN st.[a-f0-9]{24}.[a-f0-9]{32}.[a-f0-9]{32}
saas !BITWARDEN_SECRET 0.<uuid>.[A-Za-z0-9]{30}:[A-Za-z0-9+/]{22}==
social TWITTER_BEARER_TOKEN AAAAAAAAAAAAAAAAAAAAA[A-Za-z0-9]{25}%3D[A-Za-z0-9]{50}
social !TWITTER_API_SECRET [A-Za-z0-9]{50}
social !TWITTER_ACCESS_TOKEN [0-9]{19}-[A-Za-z0-9]{30}
social FACEBOOK_ACCESS_TOKEN EAAC[A-Za-z0-9]{180}
social !FACEBOOK_APP_SECRET [a-f0-9]{32}
social INSTAGRAM_TOKEN IGQVJ[A-Za-z0-9_\-]{150}
social !LINKEDIN_CLIENT_SECRET [A-Za-z0-9]{16}
social !TWITCH_CLIENT_SECRET [a-z0-9]{30}
social !SPOTIFY_CLIENT_SECRET [a-f0-9]{32}
social PINTEREST_TOKEN pina_[A-Z0-9]{80}
social !RECAPTCHA_SECRET_KEY 6L[A-Za-z0-9_\-]{38}
social !HCAPTCHA_SECRET 0x[A-Fa-f0-9]{40}
social !STEAM_API_KEY [A-F0-9]{32}
key AGE_SECRET_KEY AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}
key JWT_TOKEN <jwt>
key !JWT_SECRET [A-Za-z0-9!@#%^&*]{40}
key !DJANGO_SECRET_KEY django-insecure-[a-z0-9!@#%^&*(\-_=+)]{50}
key !SECRET_KEY_BASE [a-f0-9]{128}
key !FERNET_KEY <b64_32>
key !ENCRYPTION_KEY [a-f0-9]{64}
key !APP_KEY base64:<b64_32>
key !SESSION_SECRET [A-Za-z0-9]{32}
key !ETH_PRIVATE_KEY 0x[a-f0-9]{64}
key !WIREGUARD_PRIVATE_KEY <b64_32>
key NOSTR_PRIVATE_KEY nsec1[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{58}
key !API_KEY [A-Za-z0-9]{32}
key !ACCESS_TOKEN [A-Za-z0-9_\-]{43}
key !CLIENT_SECRET [A-Za-z0-9~._\-]{40}
key !WEBHOOK_SECRET [a-f0-9]{64}
key !SIGNING_KEY <b64_64>
key !MY_SERVICE_API_TOKEN [a-z0-9]{32}
key ACME_TOKEN acme_[A-Za-z0-9]{40}
key CONTOSO_KEY cto_live_[A-Za-z0-9]{32}
"""

PASSWORDS = r"""
PASSWORD [A-Z]{1}[a-z]{6}[0-9]{3}[!@#%]{1}
DB_PASSWORD [A-Za-z0-9!@#%^*]{16}
POSTGRES_PASSWORD [a-z]{5}[0-9]{4}
MYSQL_ROOT_PASSWORD [A-Za-z0-9]{12}
REDIS_PASSWORD [A-Za-z0-9]{24}
ADMIN_PASSWD [a-z]{7}[0-9]{2}[!]{1}
USER_PWD [A-Z]{1}[a-z]{4}@[0-9]{4}
SMTP_PASS [a-z]{4}[0-9]{3}[A-Z]{3}
SSH_PASSPHRASE [a-z]{5}-[a-z]{6}-[a-z]{5}-[0-9]{2}
LDAP_BIND_PASSWORD [A-Za-z0-9_\-]{14}
KEYSTORE_PASSWORD [a-z]{6}[0-9]{2}
ROOT_PASSWORD P@ss[a-z]{3}[0-9]{2}!
APP_SECRET [a-z]{6}-[a-z0-9]{8}-[a-z]{4}
DB_PASS [a-f0-9]{12}
PROXY_PASSWORD [0-9]{4}[a-z]{6}[0-9]{2}
"""

SENTENCES = r"""
url postgres://app:«[A-Za-z0-9]{16}»@db.example.com:5432/app
url postgresql+asyncpg://svc_app:«[a-z]{6}[0-9]{2}»@10.0.0.5/app?sslmode=require
url mysql://root:«[A-Za-z0-9!]{10}»@localhost:3306/shop
url DATABASE_URL=mysql+pymysql://shop:«[A-Za-z0-9]{12}»@db/shop
url mongodb+srv://ann:«[A-Za-z0-9]{14}»@cluster0.ab1cd.mongodb.net/test?retryWrites=true
url mongodb://ann:«[A-Za-z0-9%]{5}%40[a-z]{6}»@h1:27017,h2:27017/test?replicaSet=r
url redis://:«[a-f0-9]{24}»@cache.example.com:6379/0
url rediss://default:«[A-Za-z0-9]{36}»@eu1.upstash.io:6379
url amqp://guest2:«[a-z0-9]{14}»@mq.example.com:5672/%2f
url https://ann:«[A-Za-z0-9]{20}»@git.example.com/team/app.git
url git clone https://oauth2:«[A-Za-z0-9_\-]{26}»@git.example.com/team/app.git
url https://x-access-token:«[A-Za-z0-9]{40}»@github.com/acme/app
url ftp://deploy:«[A-Za-z0-9]{10}»@files.example.com/www
url sftp://u123:«[A-Za-z0-9]{10}»@files.example.com/
url smtp://mailer:«[A-Za-z0-9]{18}»@smtp.example.com:587
url smtps://ann%40example.com:«[A-Za-z0-9]{16}»@smtp.example.com:465
url ldap://cn=admin:«[A-Za-z0-9]{12}»@ldap.example.com
url http://proxyuser:«[A-Za-z0-9]{9}»@proxy.example.com:3128
url socks5://u:«[A-Za-z0-9]{9}»@127.0.0.1:1080
url clickhouse://default:«[A-Za-z0-9]{12}»@ch:9000/default
url engine = create_engine("postgresql://app:«[A-Za-z0-9]{12}»@localhost/app")
url "url": "amqps://svc:«[A-Za-z0-9]{22}»@mq.example.com/vh",
url snowflake://ann:«[A-Za-z0-9]{14}»@xy12345.eu-central-1/db
url cockroachdb://ann:«[A-Za-z0-9_\-]{22}»@free-tier.example.com:26257/defaultdb
url nats://svc:«[A-Za-z0-9]{18}»@nats:4222
url jdbc:postgresql://db/app?user=app&password=«[A-Za-z0-9]{12}»&ssl=true
url jdbc:mysql://db:3306/app?user=root&password=«[a-z]{5}[0-9]{3}»
url jdbc:sqlserver://db:1433;databaseName=app;user=sa;password=«[A-Za-z0-9]{12}!»;encrypt=true
url jdbc:oracle:thin:scott/«[A-Za-z0-9]{9}»@//db:1521/XE
url Server=tcp:x.database.windows.net,1433;User ID=ann;Password=«[A-Za-z0-9!]{16}»;Encrypt=True;
url "Data Source=db;Initial Catalog=app;User Id=sa;Password=«[A-Za-z0-9]{14}»"
url Driver={ODBC Driver 18 for SQL Server};Server=db;Uid=sa;Pwd=«[A-Za-z0-9]{14}»;
url host=db port=5432 user=app password=«[A-Za-z0-9]{12}» dbname=app
url DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=«[A-Za-z0-9+/]{86}==»;EndpointSuffix=core.windows.net
url Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=«[A-Za-z0-9+/]{43}=»
url AccountEndpoint=https://acme.documents.azure.com:443/;AccountKey=«[A-Za-z0-9+/]{86}==»;
url https://acme.blob.core.windows.net/c/f.csv?sv=2022-11-02&se=2026-01-01&sr=b&sp=r&sig=«[A-Za-z0-9]{20}%2B[A-Za-z0-9]{20}%3D»
url https://bucket.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=«[a-f0-9]{64}»
url https://maps.example.com/js?key=«AIza[A-Za-z0-9_\-]{35}»&v=3
url https://api.example.com/v1/data?api_key=«[a-f0-9]{32}»
url https://api.example.com/v1/data?id=3&access_token=«[A-Za-z0-9]{40}»#x
url https://api.openweather.example/data?q=Bern&appid=«[a-f0-9]{32}»
url https://api.telegram.org/bot«[1-9]{1}[0-9]{9}:AA[A-Za-z0-9_\-]{33}»/sendMessage
url https://hooks.zapier.com/hooks/catch/«[0-9]{7}/[a-z0-9]{7}»/
url https://discordapp.com/api/webhooks/[1-9]{1}[0-9]{17}/«[A-Za-z0-9_\-]{68}»
url https://outlook.office.com/webhook/<uuid>@<uuid>/IncomingWebhook/«[a-f0-9]{32}»/<uuid>
url https://«[a-f0-9]{32}»:«[a-f0-9]{32}»@sentry.example.com/2
header Authorization: Bearer «[A-Za-z0-9_\-]{43}»
header Authorization: Bearer «<jwt>»
header Authorization: Basic «<basic>»
header authorization: token «[a-f0-9]{40}»
header Authorization: ApiKey «[A-Za-z0-9]{58}==»
header Authorization: Digest username="ann", realm="x", response="«[a-f0-9]{32}»"
header Proxy-Authorization: Basic «<basic>»
header X-Api-Key: «[A-Za-z0-9]{32}»
header X-Auth-Token: «[a-f0-9]{32}»
header X-Vault-Token: «s.[A-Za-z0-9]{24}»
header PRIVATE-TOKEN: «[A-Za-z0-9_\-]{20}»
header Ocp-Apim-Subscription-Key: «[a-f0-9]{32}»
header x-goog-api-key: «[A-Za-z0-9_\-]{39}»
header api-key: «[a-f0-9]{32}»
header Cookie: theme=dark; sessionid=«[a-z0-9]{32}»; lang=de
header Set-Cookie: connect.sid=«s%3A[A-Za-z0-9_\-]{32}.[A-Za-z0-9]{43}»; Path=/; HttpOnly
header Set-Cookie: JSESSIONID=«[A-F0-9]{32}»; Path=/
header Cookie: _gitlab_session=«[a-f0-9]{32}»
header 'Authorization': 'Bearer «[A-Za-z0-9]{40}»',
header headers={"Authorization": f"token «[a-f0-9]{40}»"}
header headers.set("Authorization", "Bearer «[A-Za-z0-9\-._]{60}»");
header req.Header.Set("X-API-Key", "«[A-Za-z0-9]{32}»")
header "headers": {"x-api-key": "«[A-Za-z0-9]{40}»"}
header auth = ("ann", "«[A-Za-z0-9]{8}[0-9]{2}»")
curl curl -u ann:«[A-Za-z0-9]{12}» https://api.example.com
curl curl --user "ann:«[A-Za-z0-9!]{12}»" https://api.example.com
curl curl -H "Authorization: Bearer «[A-Za-z0-9_\-]{40}»" https://api.example.com
curl curl -H 'X-API-Key: «[A-Za-z0-9]{32}»' -X POST https://api.example.com
curl curl -d 'client_id=app&client_secret=«[A-Za-z0-9]{32}»' https://id.example.com/token
curl curl -X POST -d '{"user":"ann","password":"«[A-Za-z0-9]{10}»"}' https://api.example.com/login
curl wget --http-user=ann --http-password=«[A-Za-z0-9]{12}» https://example.com
curl http POST example.com "Authorization:Bearer «[A-Za-z0-9]{40}»"
shell mysql -u root -p«[A-Za-z0-9]{12}» shop
shell mysqldump --password=«[A-Za-z0-9]{12}» shop > dump.sql
shell PGPASSWORD=«[A-Za-z0-9]{12}» psql -h db -U app
shell sshpass -p '«[A-Za-z0-9!]{12}»' ssh ann@example.com
shell redis-cli -h cache -a «[A-Za-z0-9]{24}» ping
shell docker login -u ann -p «[A-Za-z0-9]{16}» registry.example.com
shell echo "«[A-Za-z0-9]{24}»" | docker login --username ann --password-stdin
shell az login --service-principal -u app -p «[A-Za-z0-9~]{34}» --tenant t
shell helm upgrade app ./chart --set db.password=«[A-Za-z0-9]{14}»
shell kubectl create secret generic db --from-literal=password=«[A-Za-z0-9]{14}»
shell heroku config:set API_KEY=«[A-Za-z0-9]{32}» --app shop
shell aws configure set aws_secret_access_key «[A-Za-z0-9/+]{40}»
shell openssl enc -aes-256-cbc -k «[A-Za-z0-9]{16}» -in x
shell openssl rsa -in k.pem -passin pass:«[A-Za-z0-9]{12}»
shell keytool -genkey -storepass «[A-Za-z0-9]{10}» -alias a
shell net use Z: \\server\share /user:ann «[A-Za-z0-9]{6}[0-9]{2}!»
shell export TOKEN=$(echo «[A-Za-z0-9]{40}»)
shell gpg --batch --passphrase «[A-Za-z0-9]{14}» -d f.gpg
shell ConvertTo-SecureString "«[A-Za-z0-9!]{14}»" -AsPlainText -Force
shell smbclient //srv/x -U ann%«[A-Za-z0-9]{10}»
sql CREATE USER app WITH PASSWORD '«[A-Za-z0-9]{12}»';
sql ALTER USER 'app'@'%' IDENTIFIED BY '«[A-Za-z0-9!]{12}»';
sql CREATE USER app IDENTIFIED WITH mysql_native_password BY '«[A-Za-z0-9]{12}»';
sql SET PASSWORD FOR 'app'@'%' = PASSWORD('«[A-Za-z0-9]{12}»');
sql CREATE LOGIN app WITH PASSWORD = N'«[A-Za-z0-9!]{14}»';
sql ALTER ROLE app LOGIN ENCRYPTED PASSWORD '«[A-Za-z0-9]{14}»'
sql INSERT INTO settings (name, value) VALUES ('api_key', '«[A-Za-z0-9]{32}»');
sql INSERT INTO users VALUES (1, 'ann', '«$2b$12$[A-Za-z0-9./]{53}»');
file machine git.example.com login ann password «[A-Za-z0-9]{16}»
file db.example.com:5432:app:ann:«[A-Za-z0-9]{14}»
file //registry.example.com/:_authToken=«[a-f0-9]{40}»
file //registry.example.com/:_password="«[A-Za-z0-9]{22}==»"
file _auth=«<dockerauth>»
file always-auth=true\n_auth = «<dockerauth>»
file {"auths":{"registry.example.com":{"auth":"«<dockerauth>»"}}}
file    client-key-data: «LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVkt[A-Za-z0-9+/]{200}=»
file <server><id>x</id><username>ann</username><password>«[A-Za-z0-9]{14}»</password></server>
file <password>«{[A-Za-z0-9+/]{43}=}»</password>
file ann:«$apr1$[A-Za-z0-9./]{8}$[A-Za-z0-9./]{22}»
file ann:«$2y$05$[A-Za-z0-9./]{53}»
file root:«$6$[A-Za-z0-9./]{16}$[A-Za-z0-9./]{86}»:19000:0:99999:7:::
file password_hash = "«$argon2id$v=19$m=65536,t=3,p=4$[A-Za-z0-9+/]{22}$[A-Za-z0-9+/]{43}»"
file kind: Secret\ndata:\n  password: «<b64_20>»
file kind: Secret\nstringData:\n  db-password: «[A-Za-z0-9]{14}»
file aws_access_key_id = «AKIA[A-Z2-7]{16}»\naws_secret_access_key = «[A-Za-z0-9/+]{40}»
file [default]\naws_secret_access_key=«[A-Za-z0-9/+]{40}»\naws_session_token=«[A-Za-z0-9/+]{200}»
file requirepass «[A-Za-z0-9]{24}»
file   password «[A-Za-z0-9]{9}[0-9]{1}»
file enable secret 5 «$1$[A-Za-z0-9]{4}$[A-Za-z0-9./]{22}»
file wpa_passphrase=«[a-z]{6}[0-9]{4}»
file   psk="«[A-Za-z0-9]{12}»"
file PrivateKey = «<b64_32>»
file spring.datasource.password=«[A-Za-z0-9]{12}»
file   secretKeyBase: "«[a-f0-9]{64}»"
file define( 'AUTH_KEY',         '«[A-Za-z0-9!@#%^&*]{60}»' );
file config.secret_key_base = '«[a-f0-9]{128}»'
file storePassword «[a-z]{6}[0-9]{3}»
file     storePassword "«[a-z]{6}[0-9]{3}»"
file mnemonic: "«word gravity eagle tunnel mixed candy ripple stadium verify oxygen lunar draft»"
file <add name="Db" connectionString="Server=db;User Id=sa;Password=«[A-Za-z0-9]{12}»;" />
file <property name="hibernate.connection.password">«[A-Za-z0-9]{12}»</property>
file <entry key="mail.password">«[A-Za-z0-9]{12}»</entry>
file <string name="api_key">«[A-Za-z0-9]{32}»</string>
file <key>ApiSecret</key>\n  <string>«[A-Za-z0-9]{32}»</string>
code getenv("API_TOKEN") or "«[A-Za-z0-9]{32}»"
code const secret = process.env.JWT_SECRET ?? "«[A-Za-z0-9]{32}»"
code os.getenv("DB_PASSWORD", "«[a-z]{6}[0-9]{3}»")
code System.getProperty("db.password", "«[A-Za-z0-9]{12}»")
code jwt.sign(payload, "«[A-Za-z0-9]{32}»")
code jwt.encode(payload, '«[A-Za-z0-9]{32}»', algorithm='HS256')
code client.login(username="ann", password="«[A-Za-z0-9]{10}»")
code ftp.login("ann", "«[A-Za-z0-9]{10}»")
code requests.get(url, auth=("ann", "«[A-Za-z0-9]{10}»"))
code new NetworkCredential("ann", "«[A-Za-z0-9]{12}»")
code DriverManager.getConnection(url, "app", "«[A-Za-z0-9]{12}»")
code .withCredentials("ann", "«[A-Za-z0-9]{12}»")
code passwordEncoder.encode("«[A-Za-z0-9]{12}»")
code user.setPassword("«[A-Za-z0-9]{10}»");
code if password == "«[A-Za-z0-9]{10}»":
code if (token !== '«[A-Za-z0-9]{32}»') return;
code app.config['SECRET_KEY'] = '«[A-Za-z0-9]{24}»'
code app.secret_key = b'«[A-Za-z0-9]{16}»'
code openai.api_key = "«[A-Za-z0-9]{40}»"
code stripe.api_key = "«sk_live_[A-Za-z0-9]{24}»"
code session({ secret: '«[a-z]{6}[0-9]{4}[a-z]{3}»', resave: false })
code @Value("${api.token:«[A-Za-z0-9]{32}»}")
code password: ${DB_PASSWORD:-«[A-Za-z0-9]{12}»}
code login_password = r"«[A-Za-z0-9]{12}»"
code "Password": "«[A-Z]{1}[a-z]{6}[0-9]{2}»",
code contraseña = "«[A-Za-z0-9]{12}»"
code passwort: «[A-Za-z0-9]{12}»
code mot_de_passe = "«[A-Za-z0-9]{12}»"
code senha = '«[A-Za-z0-9]{12}»'
code wachtwoord: "«[A-Za-z0-9]{12}»"
code пароль = "«[A-Za-z0-9]{12}»"
code 密码: "«[A-Za-z0-9]{12}»"
code パスワード = "«[A-Za-z0-9]{12}»"
prose The password is «[A-Za-z0-9]{10}[0-9]{2}!»
prose password: «[A-Za-z0-9]{10}[0-9]{2}», valid until May
prose my API key is «[A-Za-z0-9]{32}»
prose use token «[A-Za-z0-9]{40}» for now
prose remove hard-coded password "«[a-z]{6}[0-9]{4}»" from settings
prose login failed for ann (password: '«[A-Za-z0-9]{10}»')
prose Invalid API key provided: «sk-[A-Za-z0-9]{48}».
prose credentials: ann / «[A-Za-z0-9]{8}[0-9]{3}!»
trace psycopg2.OperationalError: connection to "postgresql://app:«[A-Za-z0-9]{12}»@db/app" failed
trace requests.exceptions.HTTPError: 401 for url: https://api.example.com/v1?api_key=«[A-Za-z0-9]{32}»
trace     at login (app.js:3:7) { token: '«[A-Za-z0-9]{40}»' }
trace sqlalchemy.exc.ArgumentError: Could not parse URL from string 'mysql://root:«[A-Za-z0-9]{10}»@db'
lines password:\n  "«[A-Za-z0-9]{12}»"
lines "password":\n    "«[A-Za-z0-9]{12}»"
lines token = "«[A-Za-z0-9]{20}»" \\n        "«[A-Za-z0-9]{20}»"
lines api_key: >\n  «[A-Za-z0-9]{20}»\n  «[A-Za-z0-9]{20}»\nport: 80
lines secret: |-\n    «[A-Za-z0-9+/]{60}»\n    «[A-Za-z0-9+/]{60}»\nport: 80
lines curl -H \\n  "Authorization: Bearer «[A-Za-z0-9]{40}»" \\n  https://api.example.com
lines const secretKey =\n  "«[A-Za-z0-9]{32}»";
lines const token = Array(\n  "«[A-Za-z0-9]{20}»",\n  "«[A-Za-z0-9]{20}»",\n).join("");
lines String apiKey = new StringBuilder()\n    .append("«[A-Za-z0-9]{20}»")\n    .append("«[A-Za-z0-9]{20}»").toString();
lines var token = "«[A-Za-z0-9]{20}»"\n  & "«[A-Za-z0-9]{20}»"
lines $token = '«[A-Za-z0-9]{20}»'\n  . '«[A-Za-z0-9]{20}»';
"""

HARMLESS = r"""
hash commit [a-f0-9]{40}
hash commit [a-f0-9]{64}
hash Merge [a-f0-9]{7} into [a-f0-9]{7}
hash index [a-f0-9]{7}..[a-f0-9]{7} 100644
hash Fix the token refresh (see [a-f0-9]{40})
hash Revert "Add password reset"\n\nThis reverts commit [a-f0-9]{40}.
hash [a-f0-9]{40}
hash [a-f0-9]{64}
hash [a-f0-9]{32}
hash [a-f0-9]{64}  app-1.0.tar.gz
hash [a-f0-9]{32}  ./secrets/readme.md
hash uses: actions/checkout@[a-f0-9]{40} # v4
hash FROM python:3.11@sha256:[a-f0-9]{64}
hash image: registry.example.com/app/token-service@sha256:[a-f0-9]{64}
hash sha256 = "[a-f0-9]{64}"
hash md5: [a-f0-9]{32}
hash "checksum": "[a-f0-9]{64}",
hash "tokens_hash": "[a-f0-9]{64}",
hash key_fingerprint: [a-f0-9]{40}
hash secret_sha256 = "[a-f0-9]{64}"
hash ETag: "[a-f0-9]{32}"
hash etag = W/"[a-f0-9]{8}-[A-Za-z0-9+/]{27}"
hash x-request-id: <uuid>
hash cache_key = "[a-f0-9]{32}"
hash cacheKey: '[a-f0-9]{40}',
hash "gitHead": "[a-f0-9]{40}",
hash digest = hashlib.sha256(secret).hexdigest()
hash assert digest == "[a-f0-9]{64}"
hash expect(hash('password')).toBe('[a-f0-9]{64}')
hash exports[`renders token 1`] = `"[a-f0-9]{40}"`;
hash   "contentHash": "[A-Za-z0-9]{20}",
hash main.[a-f0-9]{20}.js
hash <script src="/static/js/2.[a-f0-9]{8}.chunk.js"></script>
hash build-id: [a-f0-9]{40}
hash SHA256:[A-Za-z0-9+/]{43} ann@laptop (ED25519)
hash Key fingerprint = [A-F0-9]{4} [A-F0-9]{4} [A-F0-9]{4} [A-F0-9]{4} [A-F0-9]{4}  [A-F0-9]{4} [A-F0-9]{4} [A-F0-9]{4} [A-F0-9]{4} [A-F0-9]{4}
hash trace_id=[a-f0-9]{32} span_id=[a-f0-9]{16}
hash traceparent: 00-[a-f0-9]{32}-[a-f0-9]{16}-01
hash 0x[a-f0-9]{40}
hash tx hash 0x[a-f0-9]{64}
hash const char *build = "[a-f0-9]{40}";
hash "revision": "[a-f0-9]{40}", "token": null
hash refs/heads/fix-password-reset [a-f0-9]{40}
hash [a-f0-9]{40} refs/tags/v1.2.3
hash Subproject commit [a-f0-9]{40}
hash key: v1-deps-{{ checksum "package-lock.json" }}-[a-f0-9]{32}
uuid <uuid>
uuid id: <uuid>
uuid "token_id": "<uuid>",
uuid "userId": "<uuid>"
uuid AZURE_TENANT_ID=<uuid>
uuid client_id = "<uuid>"
uuid AZURE_CLIENT_ID: <uuid>
uuid [Guid("<uuid>")]
uuid DEBUG request <uuid> took 3 ms
uuid /api/v1/users/<uuid>/password
uuid GET /secrets/<uuid> 200
uuid <ProjectGuid>{<uuid>}</ProjectGuid>
uuid "secretName": "db-<uuid>"
uuid key = uuid.UUID("<uuid>")
lock       integrity sha512-[A-Za-z0-9+/]{86}==
lock       "integrity": "sha512-[A-Za-z0-9+/]{86}==",
lock     "js-tokens": "^4.0.0",
lock   resolved "https://registry.example.com/js-tokens/-/js-tokens-4.0.0.tgz#[a-f0-9]{40}"
lock js-tokens@^4.0.0:\n  version "4.0.0"\n  integrity sha1-[A-Za-z0-9+/]{27}=
lock github.com/golang-jwt/jwt/v5 v5.2.0 h1:<b64_32>
lock github.com/acme/secret-store v1.0.0/go.mod h1:<b64_32>
lock checksum = "[a-f0-9]{64}"
lock name = "secrecy"\nversion = "0.8.0"\nchecksum = "[a-f0-9]{64}"
lock     {file = "keyring-24.3.0-py3-none-any.whl", hash = "sha256:[a-f0-9]{64}"},
lock     --hash=sha256:[a-f0-9]{64} \\n    --hash=sha256:[a-f0-9]{64}
lock detect-secrets==1.5.0 --hash=sha256:[a-f0-9]{64}
lock   content-hash = "[a-f0-9]{64}"
lock     "reference": "[a-f0-9]{40}",
lock     "h1:<b64_32>",
lock     "zh:[a-f0-9]{64}",
lock   "js-tokens": "js-tokens@4.0.0", "", {}, "sha512-[A-Za-z0-9+/]{86}=="],
lock     resolution: {integrity: sha512-[A-Za-z0-9+/]{86}==}
lock   sha256 = "[a-d0-9f-np-sv-z]{52}";
lock   hash = "sha256-<b64_32>";
lock   "@acme/token-store@npm:1.0.0":\n    checksum: 10c0/[a-f0-9]{128}
lock <link rel="stylesheet" href="x.css" integrity="sha384-[A-Za-z0-9+/]{64}" crossorigin="anonymous">
lock Content-Security-Policy: script-src 'sha256-<b64_32>'
lock   "pdf-secret-reader-1.0.gem" sha256=[a-f0-9]{64}
lock   GCS_BUILD_HASH: sha512:[a-f0-9]{128}
binary <img src="data:image/png;base64,<png>">
binary background: url(data:image/gif;base64,<gif>);
binary src: url("data:font/woff2;base64,<b64long>") format("woff2");
binary <b64lines>
binary <b64long>
binary const logo = "<png>";
binary icon = b"<png>"
binary "image": "<png>"
binary //# sourceMappingURL=data:application/json;base64,<b64long>
binary {"version":3,"sources":["token.ts"],"names":[],"mappings":"<vlq>"}
binary -----BEGIN CERTIFICATE-----\n<b64lines>\n-----END CERTIFICATE-----
binary -----BEGIN PUBLIC KEY-----\n<b64lines>\n-----END PUBLIC KEY-----
binary -----BEGIN PGP SIGNATURE-----\n\n<b64lines>\n-----END PGP SIGNATURE-----
binary -----BEGIN PGP PUBLIC KEY BLOCK-----\n\n<b64lines>\n-----END PGP PUBLIC KEY BLOCK-----
binary -----BEGIN CERTIFICATE REQUEST-----\n<b64lines>\n-----END CERTIFICATE REQUEST-----
binary <sshrsa> ann@laptop
binary <sshed> ann@laptop
binary PUBLIC_KEY="<sshed> ann"
binary github.com <sshrsa>
binary |1|<b64_20>|<b64_20> <sshed>
binary     certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t<b64long>
binary PublicKey = <b64_32>
binary public_key: "<b64_32>"
binary const wasm = Uint8Array.from(atob("AGFzbQEAAAABhwGA[A-Za-z0-9+/]{400}"), c => c.charCodeAt(0))
binary d="M[0-9]{2}.[0-9]{3} [0-9]{2}.[0-9]{3}c-[0-9]{1}.[0-9]{3} 0-[0-9]{2}.[0-9]{3}z"
binary literal 1234\nzcmV;e@Cp}h3ja60#2Xp![A-Za-z0-9]{40}
place API_KEY=
place API_KEY=your_api_key_here
place API_KEY=<your-api-key>
place api_key: YOUR_API_KEY
place password: changeme
place PASSWORD=changeme
place "password": "********"
place password = "xxxxxxxx"
place token: "..."
place token = ""
place secret: null
place password: ~
place SECRET_KEY=${SECRET_KEY}
place SECRET_KEY: ${{ secrets.SECRET_KEY }}
place password: "{{ vault_db_password }}"
place password: {{ .Values.db.password }}
place password: !vault |
place password = "%(db_password)s"
place password=%DB_PASSWORD%
place token: $(cat /run/secrets/token)
place password=$1
place password="$PASSWORD"
place POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?missing}
place password: #{DB_PASSWORD}#
place password = var.db_password
place token = local.github_token
place password = data.aws_secretsmanager_secret_version.db.secret_string
place aws_access_key_id = AKIAIOSFODNN7EXAMPLE
place aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
place AWS_ACCESS_KEY_ID=AKIAXXXXXXXXXXXXXXXX
place GITHUB_TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
place OPENAI_API_KEY=sk-...
place OPENAI_API_KEY=sk-your-key-here
place export OPENAI_API_KEY="sk-xxxxxxxxxxxxxxxxxxxxxxxx"
place SLACK_TOKEN=xoxb-your-token-here
place STRIPE_KEY=sk_test_your_key
place SENDGRID_API_KEY=SG.xxxxxxxx.yyyyyyyy
place token = "<token>"
place Authorization: Bearer <token>
place Authorization: Bearer $TOKEN
place Authorization: Bearer {token}
place curl -H "Authorization: Bearer ${TOKEN}" https://api.example.com
place curl -u "$USER:$PASSWORD" https://api.example.com
place curl -u username:password https://api.example.com
place postgres://user:password@localhost:5432/db
place postgres://${USER}:${PASSWORD}@${HOST}/db
place postgresql://<user>:<password>@<host>/<db>
place mysql://user:pass@host/db
place https://user:pass@example.com
place redis://:password@localhost
place mongodb://username:password@localhost
place secret = "REPLACE_ME"
place password: "insert-password-here"
place client_secret: "dummy"
place token: "placeholder"
place password = "[REDACTED]"
place password: [redacted: password]
place token=***
place "apiKey": "<API_KEY>"
place apiKey: "API_KEY"
place -----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----
place key = "-----BEGIN RSA PRIVATE KEY-----"
place if "-----BEGIN PRIVATE KEY-----" in text:
place PEM_RE = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
lookup password = os.environ["DB_PASSWORD"]
lookup token = os.environ.get("GITHUB_TOKEN")
lookup token = os.getenv('API_TOKEN', '')
lookup const key = process.env.STRIPE_SECRET_KEY;
lookup apiKey: process.env.OPENAI_API_KEY!,
lookup const token = import.meta.env.VITE_API_TOKEN
lookup password := os.Getenv("DB_PASSWORD")
lookup String password = System.getenv("DB_PASSWORD");
lookup string token = Environment.GetEnvironmentVariable("API_TOKEN");
lookup $password = getenv('DB_PASSWORD');
lookup 'password' => env('DB_PASSWORD', ''),
lookup password: ENV['DB_PASSWORD']
lookup password: <%= ENV["DB_PASSWORD"] %>
lookup token: ${{ secrets.GITHUB_TOKEN }}
lookup let token = std::env::var("API_TOKEN")?;
lookup secret_key = config("SECRET_KEY")
lookup SECRET_KEY = env.str("DJANGO_SECRET_KEY")
lookup password = settings.DATABASES["default"]["PASSWORD"]
lookup token = request.headers.get("x-auth-token")
lookup password = getpass.getpass("Password: ")
lookup password = input("Enter password: ")
lookup password=self._password,
lookup password = self.generate_password(length=24)
lookup const password = req.body.password
lookup const { password, token } = req.body;
lookup token = jwt.encode(payload, settings.SECRET_KEY, algorithm="HS256")
lookup token = secrets.token_urlsafe(32)
lookup password = hashlib.sha256(password.encode()).hexdigest()
lookup password_hash = bcrypt.hashpw(password.encode(), bcrypt.gensalt())
lookup token = response.json()["access_token"]
lookup api_key = config["services"]["openai"]["api_key"]
lookup client = OpenAI(api_key=api_key)
lookup passwd=pwd, token=tok2
lookup key = await vault.read("secret/data/app")
lookup const apiKey = useSelector(state => state.settings.apiKey)
lookup secretKeyRef: {name: db-credentials, key: password}
lookup         secretKeyRef:\n          name: db-credentials\n          key: password
lookup   valueFrom: arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf
lookup token = localStorage.getItem('auth_token')
lookup PASSWORD="$(openssl rand -base64 32)"
lookup TOKEN=`cat token.txt`
lookup password: vault('secret/app#password')
lookup db_password = data.vault_generic_secret.db.data["password"]
lookup token: !Ref GithubToken
lookup Password: !Sub '{{resolve:secretsmanager:${Secret}:SecretString:password}}'
lookup password = prompt("password", hide_input=True)
lookup token = match.group(1) if match else None
lookup api_key = fetch_api_key2(user_id)
annotate password: str
annotate password: str,
annotate     password: str = Field(min_length=8)
annotate token: Optional[str] = None
annotate token: string;
annotate password?: string;
annotate private readonly apiKey: string,
annotate readonly secretKey: Uint8Array;
annotate def set_password(self, password: str) -> None:
annotate def login(user: str, password: SecretStr = Depends(get_password)) -> Token:
annotate function verifyToken(token: string, secret: string): boolean {
annotate public void setPassword(String password) {
annotate private String password;
annotate @NotBlank private String clientSecret;
annotate func NewClient(token string, password []byte) *Client {
annotate pub fn login(&self, password: &str) -> Result<Token, Error> {
annotate let password: String
annotate Password string `json:"password"`
annotate class PasswordResetTokenGenerator:
annotate token: Token = Depends(oauth2_scheme)
annotate interface Credentials { username: string; password: string }
annotate type Secret = string | Buffer
annotate password = models.CharField(max_length=128)
annotate password_digest :string
annotate t.string "encrypted_password", default: "", null: false
annotate password = serializers.CharField(write_only=True, required=True)
annotate password VARCHAR(255) NOT NULL,
annotate ALTER TABLE users ADD COLUMN password_hash text;
annotate SELECT id, password FROM users WHERE token = ?
annotate UPDATE users SET password = $1 WHERE id = $2
annotate :param password: the user's password
annotate @param {string} apiKey - The API key
annotate @param token the token to check, must not be null
annotate password: { type: String, required: true },
annotate "password": {"type": "string", "format": "password", "minLength": 8}
annotate         password:\n          type: string\n          format: password
annotate       securitySchemes:\n        bearerAuth:\n          type: http\n          scheme: bearer
annotate password: z.string().min(8),
annotate 'password' => 'required|string|min:8|confirmed',
annotate 'password' => 'hashed',
annotate protected $hidden = ['password', 'remember_token'];
annotate token_type: "bearer"
annotate "token_endpoint": "https://id.example.com/oauth2/v1/token",
annotate token_url = "https://id.example.com/token"
annotate secret_name = "prod/db/password"
annotate API_KEY_HEADER = "X-API-Key"
annotate PASSWORD_FIELD = "password"
annotate SECRET_FILE = "/run/secrets/db_password"
annotate password_file: /run/secrets/db_password
annotate TOKEN_PATH = Path.home() / ".config" / "token.json"
annotate PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
annotate AUTH_PASSWORD_VALIDATORS = []
annotate AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
annotate authenticator = CachingAuthenticator(backend)
annotate primary_key = True
annotate key = lambda item: item.created_at
annotate sort_key = "created_at"
annotate key: "user:profile:settings:v2"
annotate token_length = 32
annotate max_tokens: 4096,
annotate "max_tokens": 200000
annotate tokens = tokenizer.encode(text)
annotate num_tokens=12345678
annotate secret_version = "5"
annotate TOKEN_EXPIRY = 3600
annotate password_min_length: 12
annotate access_token_expires_in=86400
annotate keyboardShortcut: "ctrl+shift+p"
annotate monkey = "bananas"
annotate author = "Ann Example <ann@example.com>"
annotate authority: "https://login.example.com/common"
annotate authMethod: 'client_secret_basic',
annotate grant_type=password
annotate grant_type=client_credentials&scope=read
annotate auth: required
annotate auth_type: basic
annotate secret: false
annotate secrets: inherit
annotate secret=true
annotate pass: true
annotate bypass = "enabled"
annotate compass: north
annotate passing: 42
annotate pass  # token
message raise ValueError("password is required")
message logger.info("Password reset requested for %s", user.email)
message log.warn("Invalid token: " + err.message)
message console.log('token expired, refreshing');
message # the token is refreshed every 30 minutes
message // TODO: move the secret to vault
message print(f"Your password is {password}")
message throw new Error(`Bad token: ${token}`);
message return "Wrong username or password"
message The password must contain at least 8 characters.
message error: password authentication failed for user "app"
message fix(auth): token refresh loop when the password changes
message Rename api_key to apiKey in the client
message feat: secret scanning, closes #1234
message Password: 
message Enter passphrase for key '/home/ann/.ssh/id_ed25519':
message assert response.json() == {"detail": "Invalid token"}
message it('rejects a wrong password', async () => {
message test_password_is_hashed_with_argon2id_and_salted
message Use a password manager; see https://example.com/docs/password-managers-explained
message Token Ring networks were standardised as IEEE 802.5
message KeyError: 'api_key'
message AttributeError: 'NoneType' object has no attribute 'token'
message TypeError: login() missing 1 required positional argument: 'password'
message   File "/srv/app/auth/tokens.py", line 120, in refresh_access_token
message     at TokenService.validateAccessToken (/srv/app/dist/token-service.js:120:15)
message expected token ';' but found 'identifier'
message SyntaxError: Unexpected token < in JSON at position 0
i18n "password": "Password",
i18n "password": "Passwort",
i18n "password": "Mot de passe",
i18n "password": "Contraseña",
i18n "password.label": "Enter your password",
i18n "confirmPassword": "Confirm your new password",
i18n "forgot_password": "Forgot password?",
i18n "passwordPlaceholder": "At least 8 characters",
i18n password: パスワードを入力してください
i18n "passwort": "Bitte geben Sie Ihr Passwort ein",
i18n "token": "Jeton d'accès",
i18n "login.secret": "Geheimnis",
i18n "password": "пароль",
i18n password_hint: "Must contain 1 digit and 1 symbol"
i18n msgid "Password"\nmsgstr "Wachtwoord"
i18n <string name="password">Password</string>
i18n <label for="password">Password</label>
html <input type="password" name="password" id="login-password" autocomplete="current-password">
html <input type="hidden" name="csrfmiddlewaretoken" value="{{ csrf_token }}">
html <meta name="csrf-token" content="{{ csrf_token() }}">
html CSRF_COOKIE_NAME = "csrftoken"
html xsrfHeaderName: 'X-XSRF-TOKEN',
html .password-input__toggle--visible { color: #3f51b5; }
html .token-keyword { color: var(--token-keyword); }
html <div class="password-strength password-strength--weak">
html <PasswordField label="Password" placeholder="Your password" />
html <a href="/account/password/reset?next=/home">Reset password</a>
html #password-reset-form-wrapper > .field:nth-child(2)
html <svg viewBox="0 0 24 24"><path d="M12 2C6.48 2 2 6.48 2 12s4.48 10 10 10 10-4.48 10-10S17.52 2 12 2z"/></svg>
html <button data-testid="toggle-password-visibility-button-2">
ident AbstractAuthenticationTokenProcessingFilterBean
ident com.example.security.oauth2.provider.token.DefaultTokenServicesConfiguration
ident test_<pyident>_returns_404
ident from app.<pyident> import <camel>Factory2Impl
ident const <camel>TokenProvider = create<camel>Provider()
ident     "<pyident>_token": <pyident>_token,
ident OAUTH2_ACCESS_TOKEN_EXPIRE_MINUTES_DEFAULT_VALUE = 30
ident token = AccessTokenV2Serializer
ident secret = SecretsManagerV2Client
ident key = "organizations/acme/projects/prod-eu1/locations/europe-west1"
ident s3_key = "reports/2026/05/01/daily-summary-v2.parquet"
ident apiKeyName: "internal-billing-service-2"
ident /usr/lib/x86_64-linux-gnu/gstreamer-1.0/libgstvideoparsersbad.so
ident node_modules/@babel/plugin-transform-react-jsx-development/lib/index.js
ident _ZN4core3fmt9Formatter15debug_lower_hex17h[a-f0-9]{16}E
ident ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/
ident alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ident static const char key[] = "0123456789abcdef";
ident Button_button__[A-Za-z0-9]{5} css-[a-z0-9]{6}-MuiButton-root
ident pod/payment-service-[a-f0-9]{10}-[a-z0-9]{5} Running
ident arn:aws:iam::123456789012:role/token-rotation-lambda
ident vpc-0[a-f0-9]{16} subnet-0[a-f0-9]{16} sg-0[a-f0-9]{16}
ident i-0[a-f0-9]{16}
ident price_1[A-Za-z0-9]{23}
ident cus_[A-Za-z0-9]{14}
ident pk_live_[A-Za-z0-9]{24}
ident chatcmpl-[A-Za-z0-9]{29}
ident https://www.youtube.com/watch?v=[A-Za-z0-9_\-]{11}
ident https://docs.google.com/document/d/1[A-Za-z0-9_\-]{43}/edit
ident G-[A-Z0-9]{10}
ident UA-[0-9]{8}-1
ident [0-9]{12}-[a-z0-9]{32}.apps.googleusercontent.com
ident serialVersionUID = -[1-9]{1}[0-9]{18}L;
ident 01[A-HJKMNP-TV-Z0-9]{24}
ident user_id: 01[A-HJKMNP-TV-Z0-9]{24}
ident 2001:0db8:85a3:0000:0000:8a2e:0370:7334
ident version = "1.0.0-beta.12+build.20260501.[a-f0-9]{7}"
ident "react": "^18.3.0-canary-[a-f0-9]{9}-20240320"
ident git+https://github.com/acme/token-utils.git#[a-f0-9]{40}
ident git@github.com:acme/app.git
ident ssh://git@github.com/acme/app.git
ident https://ann@git.example.com/team/app.git
ident mailto:ann@example.com
ident http://localhost:8080/realms/app:admin@home
ident https://example.com/@scope/pkg:latest
regex PASSWORD_RE = re.compile(r"^(?=.*[A-Z])(?=.*\d)[A-Za-z\d@$!%*?&]{8,}$")
regex const passwordRegex = /^(?=.*\d)(?=.*[a-z]).{8,32}$/;
regex pattern: "^[A-Za-z0-9_-]{20,40}$"
regex TOKEN_PATTERN = "gh[pousr]_[A-Za-z0-9]{36}"
regex password: /(?:password|passwd|pwd)\s*[:=]\s*["'][^"']+/i
regex keyword("password") | keyword("token") >> parse_secret
minified !function(e,t){"object"==typeof exports?module.exports=t():e.token=t()}(this,function(){var n=1;return n})
minified var a=function(e){return e.password===t.password},r={token:0,secret:1};a.exports=r
minified o=i(7294),u=i(5893);const s=({apiKey:e,token:t})=>(0,u.jsx)(l.Z,{apiKey:e,token:t,children:n})
minified .a{color:#fff}.password{width:100%}.token.keyword{color:#07a}.b{background:#1e1e1e}
code if token is None: raise Unauthorized
code if (password.length < 8) {
code if password == confirm_password:
code while (token = lexer.next()) != EOF:
code case TOKEN_STRING: return "string";
code switch (token.kind) { case SyntaxKind.StringLiteral:
code tokens.push({ type: 'keyword', value: 'function' })
code token = Token(TokenType.NUMBER, "42", 1, 12)
code self.secret = secret
code this.apiKey = options.apiKey ?? defaultApiKey;
code password = password.strip().encode("utf-8")
code key, _, value = line.partition("=")
code return {"token": token, "expires": expires.isoformat()}
code credentials = service_account.Credentials.from_service_account_file("key.json")
code auth = HTTPBasicAuth(username, password)
code creds, err := google.FindDefaultCredentials(ctx, scopes...)
code keys = sorted(secrets.items(), key=lambda kv: kv[0])
code from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKeyWithSerialization
code private_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
code session.headers["Authorization"] = f"Bearer {token}"
code headers = {"Authorization": "Bearer " + token}
code headers: { Authorization: `Bearer ${token}` },
code response.set_cookie("sessionid", session.key, httponly=True)
code SESSION_COOKIE_NAME = "app_session"
code import { getToken, setToken } from '@/utils/auth-token-storage'
code docker login -u "$DOCKER_USER" --password-stdin
code mysql -u root -p
code ssh -i ~/.ssh/id_rsa ann@example.com
code git -c credential.helper=store push
code export PATH="$HOME/.local/bin:$PATH"
code kubectl get secret db-credentials -o jsonpath='{.data.password}'
code vault kv get -field=password secret/prod/db
code CREATE USER app WITH PASSWORD :'app_password';
code GRANT SELECT ON tokens TO reporting;
code "scripts": {"token": "node scripts/print-token.js"}
code name: Rotate secrets
code permissions:\n  id-token: write
code password_confirmation: "password"
code assertTrue(token.equals(expectedToken));
code it.each(['password', 'token', 'secret'])
code data = {"username": username, "password": password, "otp": otp}
code token: () => this.store.select(selectToken),
code token ?? (await this.refreshToken())
code $this->password = $password;
code $token = $request->bearerToken();
code public string Password { get; set; } = string.Empty;
code var token = await _tokenService.CreateTokenAsync(user);
code let token = tokens.next().ok_or(ParseError::UnexpectedEof)?;
code impl From<Token> for String { fn from(token: Token) -> Self { token.0 } }
"""
