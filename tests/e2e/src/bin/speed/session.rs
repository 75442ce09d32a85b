//! How long a page takes after a reload until it knows the session of a customer who is signed in.

use ae_e2e::driver::{Driver, Speed};
use ae_e2e::emulator::Emulator;

use crate::form::{EMPTY_PAGE, Form, PAGE};
use crate::samples::{Cache, Metric, Profile, Samples};
use crate::visit::wait;
use crate::{Page, in_turn};

/// What a login with another form leaves behind.
const SESSIONS: &str = include_str!("page/sessions.js");

/// Signs in with each form that keeps a session, and reloads its page in so many rounds.
///
/// # Errors
/// If the browser fails, or a page does not know its session.
pub(crate) async fn measure(
    driver: &Driver,
    pages: &[Page],
    engine: &Emulator,
    rounds: usize,
    samples: &mut Samples,
) -> Result<(), String> {
    let with_session = |form: &Form| *form == Form::Loader || Form::PEERS.contains(form);
    let pages: Vec<&Page> = pages
        .iter()
        .filter(|(form, _)| with_session(form))
        .collect();
    for (form, served) in &pages {
        driver.set_speed(Speed::Full).await?;
        let origin = served.origin();
        let signed_in = if *form == Form::Loader {
            sign_in(driver, &origin, engine).await
        } else {
            driver.open(&format!("{origin}{EMPTY_PAGE}")).await?;
            let store = format!(
                "(() => {{ {SESSIONS} window.sessions.{}(); }})()",
                form.word()
            );
            driver.evaluate(&store).await
        };
        signed_in.map_err(|why| format!("signing in with {}: {why}", form.name()))?;
        // Now the files are in the cache.
        let known = reload(driver, &origin, Profile::Fast).await;
        known.map_err(|why| format!("the session of {}: {why}", form.name()))?;
    }
    for round in 0..rounds {
        for (form, served) in in_turn(&pages, round) {
            let known = reload(driver, &served.origin(), Profile::Slow).await;
            let known = known.map_err(|why| format!("the session of {}: {why}", form.name()))?;
            samples.add(*form, Profile::Slow, Cache::Warm, Metric::Session, known);
        }
    }
    Ok(())
}

/// Opens the page and returns when it knows the session, in milliseconds.
async fn reload(driver: &Driver, origin: &str, profile: Profile) -> Result<f64, String> {
    driver.set_speed(Speed::Full).await?;
    driver.open(&format!("{origin}{EMPTY_PAGE}")).await?;
    driver.set_speed(profile.speed()).await?;
    driver.open(&format!("{origin}{PAGE}")).await?;
    let known = driver.evaluate("speed.session()").await?;
    known.as_f64().ok_or_else(|| "no time".to_owned())
}

/// Signs in with the widget by a code.
async fn sign_in(
    driver: &Driver,
    origin: &str,
    engine: &Emulator,
) -> Result<serde_json::Value, String> {
    driver.open(&format!("{origin}{EMPTY_PAGE}")).await?;
    driver.evaluate("sessionStorage.clear()").await?;
    driver.open(&format!("{origin}{PAGE}")).await?;
    // The page's record has typed the first digit.
    wait(driver, 1).await?;
    driver
        .fill("ae-login [part~=identifier-input]", "999922332")
        .await?;
    driver.click("ae-login [part~=submit]").await?;
    driver
        .evaluate("speed.appears('ae-login [part~=code-input]:enabled')")
        .await?;
    let code = engine.code_sent_to("919999922332");
    driver.fill("ae-login [part~=code-input]", &code).await?;
    driver.click("ae-login [part~=submit]").await?;
    driver
        .evaluate("speed.appears('ae-login[signed-in]')")
        .await
}
