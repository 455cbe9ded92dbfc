package dev.latentstream.ingest.sources.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/** Passes bytes to a server, and closes each connection after a number of bytes of its answers. */
final class BreakingRelay implements AutoCloseable {
    private final ServerSocket server;
    private final int port;
    private final LongSupplier lengths;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<Long> passed = new ArrayList<>();

    private BreakingRelay(ServerSocket server, int port, LongSupplier lengths) {
        this.server = server;
        this.port = port;
        this.lengths = lengths;
    }

    /**
     * Starts a relay.
     *
     * @param port of the server, on loopback
     * @param lengths bytes of the next connection's answers
     */
    static BreakingRelay start(int port, LongSupplier lengths) throws IOException {
        BreakingRelay relay =
                new BreakingRelay(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), port, lengths);
        relay.thread(relay::accept);
        return relay;
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** Returns the number of bytes that each connection brought. */
    List<Long> passed() {
        synchronized (passed) {
            return List.copyOf(passed);
        }
    }

    private void accept() throws IOException {
        while (true) {
            Socket near = server.accept();
            Socket far = new Socket(InetAddress.getLoopbackAddress(), port);
            sockets.addAll(List.of(near, far));
            thread(() -> pass(near, far, Long.MAX_VALUE));
            thread(() -> {
                long length = pass(far, near, lengths.getAsLong());
                synchronized (passed) {
                    passed.add(length);
                }
            });
        }
    }

    private static long pass(Socket from, Socket to, long most) throws IOException {
        long passed = 0;
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] bytes = new byte[1 << 13];
            while (passed < most) {
                int read = in.read(bytes, 0, (int) Math.min(bytes.length, most - passed));
                if (read < 0) {
                    break;
                }
                out.write(bytes, 0, read);
                passed += read;
            }
        } catch (IOException closed) {
            // by the other direction
        }
        return passed;
    }

    /** Something that may fail. */
    private interface Action {
        void run() throws IOException;
    }

    private void thread(Action action) {
        Thread thread = new Thread(
                () -> {
                    try {
                        action.run();
                    } catch (IOException closed) {
                        // by the test
                    }
                },
                "relay");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
