package dev.latentstream.app;

/** A network that comes with the program. */
enum ShippedNetwork {
    VAE,
    CAPTIONER
}
