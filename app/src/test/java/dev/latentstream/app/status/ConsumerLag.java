package dev.latentstream.app.status;

import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/** The lag of all consumer groups of a cluster. */
public final class ConsumerLag {
    private ConsumerLag() {}

    public static boolean isZero(Admin admin) throws ExecutionException, InterruptedException {
        OffsetsSample offsets =
                OffsetsSample.take(admin, "", admin.listTopics().names().get());
        return offsets.groups().keySet().stream().allMatch(group -> offsets.lag(group, Set.of()) == 0);
    }
}
