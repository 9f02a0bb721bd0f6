"""The credentials that have a fixed word or sign inside: a table of name, the words, the whole, and a further check.

Written as the table of `shapes`, which reads it.
"""

INNER = r"""
gitlab-session            _gitlab_session=  _gitlab_session=(?P<secret>[0-9a-z]{32})
laravel-token             |              \d{1,9}\|<a>{40,56}  dense
fal-key                   :              <uuid>:<x>{32}
ably-key                  :              <a>{6}\.<a>{6}:<w>{43}  dense
zhipu-key                 .              <x>{32}\.<a>{16}  dense
ultravox-key              .              <a>{8}\.<a>{32}  dense
truenas-key               -              \d{1,6}-<a>{64}  dense
ngrok-token               _              <a>{27}_<a>{20,22}  dense
imagekit-key              private_       private_<b>{27}=
v0-key                    v1:            v1:<a>{24}:<a>{24}
ghost-key                 :              [0-9a-f]{24}:[0-9a-f]{64}
laravel-key               base64:        base64:(?P<secret><b>{43}=|<b>{22}==)
firebase-server-key       :APA91b        AAAA<w>{7}:APA91b<w>{100,160}
azure-client-secret       Q~             [\w~.-]{3}\dQ~[\w~.-]{31,34}
azure-key                 AZDO           <a>{76}AZDO<a>{4}
azure-key                 JQQJ99         <a>{40,64}JQQJ99<a>{16,40}
azure-key                 AzFu           <w>{44}AzFu<w>{5}==
azure-key                 AzSe AzCa +ACR  <b>{42}(?:AzSe|AzCa|\+ACR)<b>{6}
azure-key                 +ASb +AEh AIoT  <b>{33}(?:\+ASb|\+AEh|AIoT)<b>{6}=
azure-key                 +ABa ACDb +AMC +ASt APIM  <b>{76}(?:\+ABa|ACDb|\+AMC|\+ASt|APIM)<b>{5,6}==
telegram-bot-token        :AA            \d{8,12}:AA<w>{32,34}
telegram-bot-token        :AA            bot(?P<secret>\d{8,12}:AA<w>{32,34})
openai-key                T3BlbkFJ       sk-<w>{16,180}T3BlbkFJ<w>{16,180}
webex-token               _PF84_ _P0A1_  <w>{64}_P[A-Z0-9]{3}_<uuid>
twilio-token              AC             AC<x>{32}["'],\s?["'](?P<secret><x>{32})["']
newrelic-key              NRAL           (?=[a-z0-9]*\d)[a-z0-9]{32,36}(?:FFFF)?NRAL
newrelic-key              -NRMA          [A-Za-z0-9]{42}-NRMA
mailgun-key               -              <x>{32}-<x>{8}-<x>{8}
mailchimp-key             -us            <a>{32}-us\d{1,2}  mixed
terraform-cloud-token     .atlasv1.      <a>{14}\.atlasv1\.[\w=-]{60,70}
dropbox-token             AAAAAAAAAA     <a>{11}AAAAAAAAAA<w>{43}
maxmind-key               _mmk           <a>{6}_<a>{29}_mmk
authress-key              .acc           [a-z]{2,9}_[a-z0-9]{5,30}\.[a-z0-9]{4,6}\.acc[_-][\w-]{10,32}\.[\w+/=-]{30,120}
twitter-bearer            AAAAAAAAAAAAAAAAAAAA  A{20,24}[A-Za-z0-9%+/=]{40,120}  dense
facebook-token            | %            \d{15,16}(?:\||%7C|%)<w>{27,40}  random
sentry-dsn                sentry         https?://(?P<secret><x>{32}(?::<x>{32})?)@[\w.-]*sentry[\w.-]*[:\d]*/\d+
slack-webhook             hooks.slack    hooks\.slack(?:-gov)?\.com/[a-z]{6,12}/(?P<secret>[\w/+]{20,200})
discord-webhook           /webhooks/     webhooks/\d{15,21}/(?P<secret><w>{40,90})
teams-webhook             IncomingWebhook/  webhook(?:b2)?/(?P<secret>[\w@-]{36,90}/\w+/<x>{32}(?:/[\w-]{36,100})?)
url-token                 ://            \w{2,20}://(?P<secret><w>{16,256})(?=(?::[^\s/@]{0,64})?@[\w\[])  login
url-signature             ignature= sig=  (?i:X-(?:Amz|Goog)-Signature|signature|sig)=(?P<secret>[\w%+/=-]{20,1024})
digest-response           response=      response="?(?P<secret><x>{32})\b
encoded-private-key       LS0tLS1CRUdJTi  LS0tLS1CRUdJTi<b>{0,40}(?:UFJJVkFURS|BSSVZBVE|QUklWQVRF)<b>{40,16384}={0,2}
"""
