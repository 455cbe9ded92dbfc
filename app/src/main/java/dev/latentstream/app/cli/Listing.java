package dev.latentstream.app.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.runtime.settings.Checks;
import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The output of a list command: numbers of records by group, and the last records. It keeps no other records.
 *
 * @param <T> a record
 */
public final class Listing<T> {
    private static final long LONGEST = 1_000_000;

    private final List<String> groupColumns;
    private final List<String> numberColumns;
    private final long max;
    private final Map<List<String>, long[]> counts = new TreeMap<>(Listing::compare);
    private final Deque<T> last = new ArrayDeque<>();

    /**
     * Creates an empty listing.
     *
     * @param groupColumns names of what makes a group
     * @param numberColumns names of what is counted in each
     * @param max number of records that are printed: the option {@code --max}
     * @throws IllegalArgumentException if {@code max} is out of bounds
     */
    public Listing(List<String> groupColumns, List<String> numberColumns, long max) {
        this.groupColumns = List.copyOf(groupColumns);
        this.numberColumns = List.copyOf(numberColumns);
        this.max = Checks.between("max", max, 0, LONGEST);
    }

    /**
     * Counts a record in its group, and prints it unless {@code max} others follow.
     *
     * @param numbers of the record, which are summed up
     */
    public void add(T record, List<String> group, long... numbers) {
        long[] sums = counts.computeIfAbsent(group, first -> new long[numberColumns.size()]);
        for (int i = 0; i < sums.length; i++) {
            sums[i] += numbers[i];
        }
        last.add(record);
        if (last.size() > max) {
            last.remove();
        }
    }

    /** Returns the counts, sorted by group. */
    public TextTable table() {
        List<String> heads = new ArrayList<>(groupColumns);
        heads.addAll(numberColumns);
        TextTable table = new TextTable(heads.toArray(String[]::new));
        counts.forEach((group, sums) -> {
            List<Object> cells = new ArrayList<>(group);
            for (long sum : sums) {
                cells.add(sum);
            }
            table.row(cells.toArray());
        });
        return table;
    }

    /** Prints a table of the counts, and a line for each of the last records. */
    public void print(PrintWriter out, TextTable table, Function<T, String> line) {
        table.lines().forEach(out::println);
        if (!last.isEmpty()) {
            out.println();
        }
        last.forEach(record -> out.println(line.apply(record)));
    }

    /**
     * Returns the counts as {@code counts}, and the last records.
     *
     * @param name of the records
     */
    public ObjectNode json(String name, Function<T, ObjectNode> object) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode groups = json.putArray("counts");
        counts.forEach((group, sums) -> {
            ObjectNode node = groups.addObject();
            for (int i = 0; i < group.size(); i++) {
                node.put(groupColumns.get(i), group.get(i));
            }
            for (int i = 0; i < sums.length; i++) {
                node.put(numberColumns.get(i), sums[i]);
            }
        });
        ArrayNode records = json.putArray(name);
        last.forEach(record -> records.add(object.apply(record)));
        return json;
    }

    private static int compare(List<String> one, List<String> other) {
        for (int i = 0; i < one.size(); i++) {
            int order = one.get(i).compareTo(other.get(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }
}
