import com.sun.net.httpserver.HttpServer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/**
 * Serves distinct JPEG files of 256 pixels on loopback and writes the list of their URLs: {@code java Origin.java PORT COUNT list.jsonl}.
 * Another file for each number: the same pixels with the number in a comment.
 */
final class Origin {
    public static void main(String[] arguments) throws IOException {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxIdleConnections", "1000");
        int port = Integer.parseInt(arguments[0]);
        int count = Integer.parseInt(arguments[1]);
        byte[] jpeg = jpeg();
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 1024);
        server.setExecutor(Executors.newFixedThreadPool(64));
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        server.createContext("/image/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            byte[] body = numbered(jpeg, Integer.parseInt(path.substring("/image/".length())));
            exchange.getResponseHeaders().set("Content-Type", "image/jpeg");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        Files.writeString(
                Path.of(arguments[2]),
                IntStream.range(0, count)
                        .mapToObj(i -> "{\"url\": \"http://127.0.0.1:%d/image/%d\", \"caption\": \"image %d\"}\n".formatted(port, i, i))
                        .collect(Collectors.joining()));
        System.out.printf("serving %d images of %d bytes on port %d%n", count, jpeg.length + 8, port);
    }

    /** Inserts a comment of four bytes after the start of the image. */
    private static byte[] numbered(byte[] jpeg, int number) {
        return ByteBuffer.allocate(jpeg.length + 8)
                .put(jpeg, 0, 2)
                .putShort((short) 0xfffe)
                .putShort((short) 6)
                .putInt(number)
                .put(jpeg, 2, jpeg.length - 2)
                .array();
    }

    private static byte[] jpeg() throws IOException {
        BufferedImage image = new BufferedImage(256, 256, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(1);
        for (int y = 0; y < 256; y++) {
            for (int x = 0; x < 256; x++) {
                image.setRGB(x, y, (x * y + random.nextInt(32)) & 0xffffff);
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "jpg", bytes);
        return bytes.toByteArray();
    }
}
