// Package keys holds the store key: 32 random bytes that are made once and
// never leave the machine in the clear.
//
// keys.json lists how the key is wrapped: by a secret in the operating system's
// keyring, by a passphrase (argon2id), by a secret in a file of mode 0600; or,
// where several people share the machine, once for each of them by a PIN
// together with a secret of the keyring, and once by recovery words. Where there
// is a PIN no wrapping is left that opens without somebody knowing something.
//
// The package knows nothing of what the key opens. It never prompts, and it
// never makes a new key where an old one is missing or wrong: that would turn
// everything a person recorded into noise (findings/reliability §1.9 step 6,
// §2.2 on what other programs got wrong).
//
// A PIN alone falls to whoever copies the file: six digits in a day on two
// cores. So half of what opens a person's wrapping is a random secret that a
// copied file does not hold, and how often was guessed stands beside that secret
// as well as in keys.json, written before a guess is checked.
package keys
