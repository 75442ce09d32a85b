//! An emulator of the Auth Engine.
