//! One server, and the protocol that it speaks.

use super::{KEY, RemoteConfig, URL};
use serde_json::Value;
use std::io::ErrorKind;
use std::time::Duration;
use ureq::Agent;
use ureq::http::Uri;

/// \[bytes\] Longer answers are not read.
const MAX_REPLY: u64 = 1 << 20;

/// Characters of a server's own words in an error.
const MAX_COMPLAINT: usize = 200;

/// A server that can be asked.
pub(super) struct Target {
    agent: Agent,
    endpoint: String,
    /// As people know it.
    pub(super) name: String,
    pub(super) model: Option<String>,
    key: Option<String>,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.name, self.endpoint)
    }
}

impl Target {
    pub(super) fn new(
        config: &RemoteConfig,
        url: &str,
        key: Option<String>,
        model: Option<String>,
    ) -> Result<Self, String> {
        let wrong = || {
            format!("{URL} is {url:?}, but it must be a server's address, as http://localhost:8080")
        };
        let uri: Uri = url.parse().map_err(|_| wrong())?;
        let scheme = uri
            .scheme_str()
            .filter(|it| ["http", "https"].contains(it))
            .ok_or_else(wrong)?;
        let host = uri.host().filter(|it| !it.is_empty()).ok_or_else(wrong)?;
        if key
            .as_ref()
            .is_some_and(|it| !it.chars().all(|it| it.is_ascii_graphic()))
        {
            return Err(format!("{KEY} has characters that no key has"));
        }
        let own = host == "localhost" || host.starts_with("127.") || host == "[::1]";
        if scheme == "http" && key.is_some() && !own {
            tracing::warn!(
                "{KEY} and the pictures go to {host} unencrypted, since {URL} starts with http://"
            );
        }
        // Without the user and password that an address may carry.
        let address = match uri.port_u16() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        let mut agent = Agent::config_builder()
            .http_status_as_error(false)
            // A key must not follow a redirection to somebody else.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(Duration::from_secs_f64(config.timeout_secs)));
        if own {
            agent = agent.proxy(None);
        }
        let base = url.trim_end_matches('/');
        let endpoint = match base {
            _ if base.ends_with("/chat/completions") => base.to_owned(),
            _ if base.ends_with("/v1") => format!("{base}/chat/completions"),
            _ => format!("{base}/v1/chat/completions"),
        };
        Ok(Self {
            agent: agent.build().new_agent(),
            endpoint,
            name: match &model {
                Some(model) => format!("{model} at {address}"),
                None => address,
            },
            model,
            key,
        })
    }

    /// The answer's words, untouched, or what went wrong.
    pub(super) fn send(&self, body: &str, timeout_secs: f64) -> Result<String, String> {
        let mut request = self
            .agent
            .post(&self.endpoint)
            .header("Content-Type", "application/json");
        if let Some(key) = &self.key {
            request = request.header("Authorization", format!("Bearer {key}"));
        }
        let failed = |error: ureq::Error| self.explain(&error, timeout_secs);
        let mut response = request.send(body).map_err(failed)?;
        let status = response.status().as_u16();
        let reply = response
            .body_mut()
            .with_config()
            .limit(MAX_REPLY)
            .read_to_vec()
            .map_err(failed)?;
        let reply = String::from_utf8_lossy(&reply);
        let value: Option<Value> = serde_json::from_str(&reply).ok();
        if !(200..300).contains(&status) {
            return Err(self.refusal(status, value.as_ref()));
        }
        let value = value.ok_or_else(|| {
            let start = tidy(&reply, MAX_COMPLAINT);
            format!(
                "{} answers with something that is no JSON: {start:?}",
                self.name
            )
        })?;
        words(&value).ok_or_else(|| format!("{} sent no answer: there is no text in it", self.name))
    }

    fn explain(&self, error: &ureq::Error, timeout_secs: f64) -> String {
        let name = &self.name;
        match error {
            ureq::Error::Timeout(_) => format!("{name} did not answer within {timeout_secs} s"),
            ureq::Error::HostNotFound => format!("{name} is not known: no such host ({URL})"),
            ureq::Error::Io(io) if io.kind() == ErrorKind::ConnectionRefused => {
                format!(
                    "nothing answers at {name}: connection refused. Is the server running, and is {URL} right?"
                )
            }
            ureq::Error::BodyExceedsLimit(_) => format!("{name} sends more than {MAX_REPLY} bytes"),
            other => format!("{name} cannot be asked: {other}"),
        }
    }

    fn refusal(&self, status: u16, reply: Option<&Value>) -> String {
        let name = &self.name;
        let complaint = reply.and_then(|it| {
            it["error"]["message"]
                .as_str()
                .or_else(|| it["error"].as_str())
        });
        let complaint = complaint
            .map(|it| format!(": {}", tidy(it, MAX_COMPLAINT)))
            .unwrap_or_default();
        let complaint = match &self.key {
            Some(key) => complaint.replace(key.as_str(), "(the key)"),
            None => complaint,
        };
        match status {
            401 | 403 if self.key.is_none() => {
                format!("{name} wants a key, and {KEY} is not set ({status}{complaint})")
            }
            401 | 403 => format!("{name} does not accept the key in {KEY} ({status}{complaint})"),
            404 => {
                format!("{name} has no /v1/chat/completions or no such model ({status}{complaint})")
            }
            300..=399 => format!(
                "{name} points elsewhere ({status}), which is not followed; {URL} must be the address itself"
            ),
            429 => format!("{name} is asked too often ({status}{complaint})"),
            _ => format!("{name} failed ({status}{complaint})"),
        }
    }
}

/// The text of the first choice: a string, or parts of which some are text.
fn words(reply: &Value) -> Option<String> {
    let content = &reply["choices"][0]["message"]["content"];
    let text = match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|it| it["text"].as_str()).collect(),
        _ => return None,
    };
    (!text.trim().is_empty()).then_some(text)
}

/// On one line, without control characters, no longer than that.
pub(super) fn tidy(text: &str, most: usize) -> String {
    let clean: String = text
        .chars()
        .take(4 * most)
        .map(|it| if it.is_control() { ' ' } else { it })
        .collect();
    let line = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}
