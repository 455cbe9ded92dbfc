package dev.latentstream.registry;

/** Whether clients may delete schemas and change modes, which can stop every producer and consumer of a subject. */
public enum Administration {
    REFUSED,
    ALLOWED;

    /** @throws RegistryError if it is refused */
    void require(String what) {
        if (this == REFUSED) {
            throw RegistryError.notPermitted(
                    "%s is not enabled on this registry; start it with --registry-admin".formatted(what));
        }
    }
}
