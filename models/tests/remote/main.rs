//! The client of vision-language servers, against a small server that speaks the protocol over a real socket.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod server;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hearth_models::Picture;
use hearth_models::remote::{KEY, MODEL, RemoteConfig, URL, VisionLanguageServer};
use hearth_types::{Language, Stamp, VisualAnswer, VisualQuestion};
use opencv::core::Vector;
use opencv::imgcodecs::{IMREAD_COLOR, imdecode};
use opencv::prelude::*;
use serde_json::{Value, json};
use server::{Reply, Server};
use std::net::TcpListener;

fn on() -> RemoteConfig {
    RemoteConfig {
        enabled: true,
        ..RemoteConfig::default()
    }
}

fn ask_with(
    config: &RemoteConfig,
    environment: &[(&str, &str)],
    text: &str,
    language: Language,
) -> VisualAnswer {
    let variable = |name: &str| {
        let found = environment.iter().find(|it| it.0 == name);
        found.map(|it| it.1.to_owned())
    };
    let question = VisualQuestion {
        id: 7,
        stamp: Stamp::ZERO,
        text: text.to_owned(),
        language,
    };
    let rgb: Vec<u8> = (0..800 * 600).flat_map(|_| [200, 30, 10]).collect();
    let picture = Picture {
        width: 800,
        height: 600,
        rgb: &rgb,
        depth_m: None,
        focal_px: None,
    };
    let mut server = VisionLanguageServer::new(config, variable).unwrap();
    server.answer(&question, &picture)
}

fn ask(environment: &[(&str, &str)]) -> VisualAnswer {
    ask_with(&on(), environment, "what is on the table?", Language::En)
}

fn reason(answer: &VisualAnswer) -> &str {
    answer.text.as_ref().unwrap_err()
}

fn saying(text: &str) -> Reply {
    Reply::json(
        200,
        &json!({"choices": [{"message": {"role": "assistant", "content": text}}]}),
    )
}

#[test]
fn the_server_gets_question_and_picture_and_its_words_come_back_with_its_name() {
    let server = Server::start(saying("  A red\n mug. "));
    let environment = [
        (URL, &*server.url()),
        (KEY, "secret-1"),
        (MODEL, "qwen2-vl"),
    ];

    let answer = ask(&environment);

    assert_eq!(answer.text.as_deref(), Ok("A red mug."));
    assert_eq!(answer.id, 7);
    assert_eq!(answer.server, format!("qwen2-vl at {}", server.address()));
    let request = server.request();
    assert_eq!(request.line, "POST /v1/chat/completions HTTP/1.1");
    assert_eq!(request.header("authorization"), Some("Bearer secret-1"));
    let body: Value = serde_json::from_str(&request.body).unwrap();
    assert_eq!(body["model"], "qwen2-vl");
    assert_eq!(body["max_tokens"], 200);
    assert_eq!(
        body["messages"][1]["content"][0]["text"],
        "what is on the table?"
    );
    let (width, height, blue_green_red) = picture_in(&body);
    assert_eq!((width, height), (640, 480), "downscaled from 800 x 600");
    let far = blue_green_red
        .iter()
        .zip([10, 30, 200])
        .map(|(a, b)| a.abs_diff(b))
        .max();
    assert!(far < Some(12), "{blue_green_red:?}");
}

/// Width, height and the first pixel of the JPEG in a request.
fn picture_in(body: &Value) -> (i32, i32, [u8; 3]) {
    let url = body["messages"][1]["content"][1]["image_url"]["url"]
        .as_str()
        .unwrap();
    let jpeg = STANDARD
        .decode(url.strip_prefix("data:image/jpeg;base64,").unwrap())
        .unwrap();
    let picture = imdecode(&Vector::<u8>::from_slice(&jpeg), IMREAD_COLOR).unwrap();
    let pixel = picture.data_bytes().unwrap()[..3].try_into().unwrap();
    (picture.cols(), picture.rows(), pixel)
}

#[test]
fn addresses_may_end_in_v1_and_answers_may_come_in_parts() {
    let parts = json!([{"type": "text", "text": "Two "}, {"type": "text", "text": "cups."}]);
    let server = Server::start(Reply::json(
        200,
        &json!({"choices": [{"message": {"content": parts}}]}),
    ));

    let answer = ask(&[(URL, &format!("{}/v1/", server.url()))]);

    assert_eq!(answer.text.as_deref(), Ok("Two cups."));
    assert_eq!(answer.server, server.address());
    let request = server.request();
    assert_eq!(request.line, "POST /v1/chat/completions HTTP/1.1");
    assert_eq!(request.header("authorization"), None);
}

#[test]
fn a_chinese_question_asks_for_a_chinese_answer() {
    let server = Server::start(saying("桌上有一个红色的杯子。"));

    let answer = ask_with(&on(), &[(URL, &server.url())], "桌上有什么？", Language::Zh);

    assert_eq!(answer.text.as_deref(), Ok("桌上有一个红色的杯子。"));
    let body: Value = serde_json::from_str(&server.request().body).unwrap();
    assert!(
        body["messages"][0]["content"]
            .as_str()
            .unwrap()
            .contains("中文")
    );
}

#[test]
fn long_answers_and_questions_are_cut() {
    let server = Server::start(saying(&"杯子 \u{7}".repeat(5000)));
    let config = RemoteConfig {
        most_characters: 50,
        ..on()
    };

    let answer = ask_with(
        &config,
        &[(URL, &server.url())],
        &"what? ".repeat(5000),
        Language::En,
    );

    let text = answer.text.unwrap();
    assert!(text.chars().count() <= 51 && text.ends_with('…'), "{text}");
    assert!(!text.contains('\u{7}'));
    let body: Value = serde_json::from_str(&server.request().body).unwrap();
    let sent = body["messages"][1]["content"][0]["text"].as_str().unwrap();
    assert_eq!(sent.chars().count(), 1000);
}

#[test]
fn it_is_off_unless_turned_on_and_no_picture_leaves_then() {
    let server = Server::start(saying("I should not have been asked."));

    let answer = ask_with(
        &RemoteConfig::default(),
        &[(URL, &server.url())],
        "hello?",
        Language::En,
    );

    assert!(reason(&answer).contains("is off"), "{answer:?}");
    assert!(server.was_left_alone());
}

#[test]
fn a_missing_or_odd_address_is_named() {
    assert!(reason(&ask(&[])).contains(URL));
    assert!(reason(&ask(&[(URL, "  ")])).contains("is not set"));
    for url in [
        "localhost:8080",
        "ftp://here",
        "http://",
        "not an address",
        "https:///v1",
    ] {
        let answer = ask(&[(URL, url)]);
        assert!(
            reason(&answer).contains("must be a server's address"),
            "{url}: {answer:?}"
        );
    }
    let answer = ask(&[(URL, "http://localhost:1"), (KEY, "line\nbreak")]);
    assert!(reason(&answer).contains(KEY), "{answer:?}");
}

#[test]
fn a_server_that_is_not_there_is_said_to_be_so() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();

    let answer = ask(&[(URL, &format!("http://127.0.0.1:{port}"))]);

    assert!(reason(&answer).contains("connection refused"), "{answer:?}");
    assert!(answer.server.contains("127.0.0.1"));
}

#[test]
fn a_refused_key_is_said_to_be_so_without_telling_it() {
    let refusal = json!({"error": {"message": "Incorrect API key provided: secret-2"}});
    let server = Server::start(Reply::json(401, &refusal));

    let with = ask(&[(URL, &server.url()), (KEY, "secret-2")]);

    assert!(
        reason(&with).contains("does not accept the key in HEARTH_VLM_KEY"),
        "{with:?}"
    );
    assert!(!reason(&with).contains("secret-2"), "{with:?}");

    let server = Server::start(Reply::json(401, &json!({})));
    let without = ask(&[(URL, &server.url())]);
    assert!(
        reason(&without).contains("HEARTH_VLM_KEY is not set"),
        "{without:?}"
    );
}

#[test]
fn whatever_else_a_server_answers_is_an_error_in_words() {
    for (reply, words) in [
        (
            Reply::text(200, "<html>Welcome to nginx"),
            "no JSON: \"<html>Welcome to nginx\"",
        ),
        (Reply::json(200, &json!({"choices": []})), "no text"),
        (
            Reply::json(200, &json!({"choices": [{"message": {"content": "  "}}]})),
            "no text",
        ),
        (Reply::json(200, &json!([1, 2])), "no text"),
        (
            Reply::json(
                500,
                &json!({"error": {"message": "image input is not supported"}}),
            ),
            "image input is not supported",
        ),
        (Reply::text(404, "not found"), "404"),
        (Reply::json(429, &json!({})), "too often"),
        (
            Reply::redirect("http://127.0.0.1:1/elsewhere"),
            "points elsewhere",
        ),
        (Reply::text(200, &"x".repeat(3 << 20)), "sends more than"),
        (Reply::raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "cannot be asked"),
        (Reply::raw(b""), "cannot be asked"),
        (
            Reply::raw(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"choices\""),
            "cannot be asked",
        ),
        (
            Reply::raw(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\xff\xfe\x00\x01"),
            "no JSON",
        ),
    ] {
        let server = Server::start(reply);
        let answer = ask(&[(URL, &server.url())]);
        assert!(reason(&answer).contains(words), "{words}: {answer:?}");
        assert_eq!(answer.server, server.address());
    }
}

#[test]
fn a_server_that_never_answers_is_given_up() {
    let config = RemoteConfig {
        timeout_secs: 0.3,
        ..on()
    };
    for reply in [Reply::Never, Reply::Drip] {
        let server = Server::start(reply);
        let answer = ask_with(&config, &[(URL, &server.url())], "hello?", Language::En);
        assert!(
            reason(&answer).contains("did not answer within 0.3 s"),
            "{answer:?}"
        );
    }
}

#[test]
fn nothing_to_ask_or_show_is_an_error() {
    let server = Server::start(saying("yes"));
    let answer = ask_with(&on(), &[(URL, &server.url())], " \n", Language::En);
    assert!(reason(&answer).contains("question is empty"), "{answer:?}");

    let url = server.url();
    let mut client =
        VisionLanguageServer::new(&on(), |name| (name == URL).then(|| url.clone())).unwrap();
    let question = VisualQuestion {
        id: 1,
        stamp: Stamp::ZERO,
        text: "what?".to_owned(),
        language: Language::En,
    };
    for (width, height, bytes) in [(0, 0, 0), (4, 4, 47), (usize::MAX, usize::MAX, 3)] {
        let picture = Picture {
            width,
            height,
            rgb: &vec![0; bytes],
            depth_m: None,
            focal_px: None,
        };
        assert!(client.answer(&question, &picture).text.is_err());
    }
    assert!(server.was_left_alone());
}

#[test]
fn a_configuration_out_of_range_is_an_error_that_names_the_key() {
    let config: RemoteConfig = serde_yaml::from_str("{enabled: true, timeout_secs: .nan}").unwrap();
    let error = VisionLanguageServer::new(&config, |_| None).unwrap_err();
    assert!(error.to_string().contains("timeout_secs is NaN"), "{error}");
    assert!(
        serde_yaml::from_str::<RemoteConfig>("{url: 'http://x'}").is_err(),
        "the address is in the environment"
    );
}
