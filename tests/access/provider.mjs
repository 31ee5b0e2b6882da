// A certified OpenID Connect provider (npm oidc-provider) as a process of its own: PKCE required, RFC 9207 announced,
// e-mail addresses given by userinfo alone. Usage: node provider.mjs PACKAGES PORT REDIRECT_URI
import { pathToFileURL } from "node:url";

const [packages, port, redirectUri] = process.argv.slice(2);
const { Provider } = await import(pathToFileURL(`${packages}/oidc-provider/lib/index.js`).href);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: "ridgeway", client_secret: "a secret for tests", redirect_uris: [redirectUri] }],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  cookies: { keys: ["for tests"] },
  pkce: { required: () => true },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: id, email_verified: !id.startsWith("unverified"), name: "Rhiannon Pugh" }),
  }),
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
