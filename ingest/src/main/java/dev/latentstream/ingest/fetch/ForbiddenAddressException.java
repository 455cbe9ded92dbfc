package dev.latentstream.ingest.fetch;

import java.net.UnknownHostException;

/** A host whose addresses may not be connected to. */
final class ForbiddenAddressException extends UnknownHostException {
    private static final long serialVersionUID = 1;

    private final String address;

    ForbiddenAddressException(String address) {
        super("%s is not a public address".formatted(address));
        this.address = address;
    }

    String address() {
        return address;
    }
}
