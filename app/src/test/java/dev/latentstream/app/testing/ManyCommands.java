package dev.latentstream.app.testing;

import dev.latentstream.app.Main;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs commands of latentstream at once in one process, until all have ended; a test kills it. */
public final class ManyCommands {
    private ManyCommands() {}

    /**
     * Runs the commands.
     *
     * @param arguments system properties as {@code -Dname=value}, and commands whose own arguments contain no spaces
     */
    public static void main(String[] arguments) throws InterruptedException {
        PrintWriter out = new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), true);
        PrintWriter err = new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), true);
        AtomicInteger worst = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (String argument : arguments) {
            if (argument.startsWith("-D")) {
                String[] property = argument.substring(2).split("=", 2);
                System.setProperty(property[0], property[1]);
            } else {
                threads.add(new Thread(() -> {
                    int code = Main.run(out, err, argument.split(" ", -1));
                    worst.accumulateAndGet(code, Math::max);
                }));
            }
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        System.exit(worst.get());
    }
}
