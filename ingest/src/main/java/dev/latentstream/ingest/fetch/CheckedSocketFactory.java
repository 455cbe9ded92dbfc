package dev.latentstream.ingest.fetch;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.SocketFactory;

/**
 * Creates sockets that refuse to connect to a forbidden address: the last check, on the address that the packets go to. It also sees what no
 * resolver does, such as a URL whose host is an address.
 */
final class CheckedSocketFactory extends SocketFactory {
    private final AddressRules rules;

    CheckedSocketFactory(AddressRules rules) {
        this.rules = rules;
    }

    @Override
    public Socket createSocket() {
        return new CheckedSocket(rules);
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw unconnectedOnly();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw unconnectedOnly();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw unconnectedOnly();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw unconnectedOnly();
    }

    private static UnsupportedOperationException unconnectedOnly() {
        return new UnsupportedOperationException("a socket is connected after its creation");
    }

    private static final class CheckedSocket extends Socket {
        private final AddressRules rules;

        CheckedSocket(AddressRules rules) {
            this.rules = rules;
        }

        @Override
        public void connect(SocketAddress endpoint, int timeout) throws IOException {
            if (!(endpoint instanceof InetSocketAddress internet)
                    || internet.isUnresolved()
                    || !rules.allows(internet.getAddress())) {
                throw new ForbiddenAddressException(String.valueOf(endpoint));
            }
            super.connect(endpoint, timeout);
        }
    }
}
