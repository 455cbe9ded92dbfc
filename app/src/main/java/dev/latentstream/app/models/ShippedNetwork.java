package dev.latentstream.app.models;

/** A network that comes with the program. */
enum ShippedNetwork {
    VAE,
    CAPTIONER,
    BACKBONE
}
