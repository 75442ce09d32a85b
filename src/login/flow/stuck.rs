//! The step `stuck`: only the shop can solve the problem. The customer may try again from the first step.

use super::form::{Form, problem_notice};
use crate::login::problem::Problem;
use crate::login::text::Text;
use crate::login::view::View;

impl Form {
    /// Fills in the screen of the step. Returns the label of its submit button.
    pub(super) fn view_stuck(view: &mut View, problem: &Problem) -> Text {
        view.title = Text::StuckTitle;
        view.notice = Some(problem_notice(problem));
        Text::TryAgain
    }
}
