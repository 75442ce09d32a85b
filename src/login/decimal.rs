//! Whole numbers as decimal text, without `std::fmt`, which adds 0.7 KB (brotli) to the download.

/// Returns a number as decimal digits.
pub fn decimal(mut number: u64) -> String {
    let mut digits = [b'0'; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return digits[at..]
                .iter()
                .map(|digit| char::from(*digit))
                .collect();
        }
    }
}

/// Returns a number as decimal digits, with a minus sign if it is negative.
pub fn signed(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    [sign, &decimal(number.unsigned_abs())].concat()
}
