// Package keys holds the store key: 32 random bytes that are made once and
// never leave the machine in the clear.
//
// keys.json lists how the key is wrapped: by a secret in the operating system's
// keyring, by a passphrase (argon2id), or by a secret in a file of mode 0600.
// The package knows nothing of what the key opens. It never prompts, and it
// never makes a new key where an old one is missing or wrong: that would turn
// everything a person recorded into noise (findings/reliability §1.9 step 6,
// §2.2 on what other programs got wrong).
package keys
