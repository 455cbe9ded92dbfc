package dev.latentstream.models.pretrain;

import dev.latentstream.models.caption.BlipFiles;
import dev.latentstream.models.pretrain.CaptionedSamples.Told;
import dev.latentstream.models.tokenizer.WordPiece;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Texts of like length as a decoder reads them in training: at every place the token that is read, and the one to be told
 * next, which does not count within the prompt and behind the end.
 *
 * @param pictures that the texts are about, as rows of the batch
 * @param read tokens, row by row, filled up to one length
 * @param next tokens to be told
 * @param told how many of them count
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Reading(long[] pictures, long[] read, long[] next, int told) {
    private static final long IGNORED = -100;

    private record Text(int picture, long[] prompt, long[] caption) {
        int length() {
            return 1 + prompt.length + caption.length; // the start, and the end is only told
        }
    }

    int count() {
        return pictures.length;
    }

    int length() {
        return read.length / pictures.length;
    }

    /** All texts of all pictures, the shortest first. */
    static List<Reading> group(List<List<Told>> texts, WordPiece words, BlipFiles.Described described, int size) {
        List<Text> all = new ArrayList<>();
        for (int picture = 0; picture < texts.size(); picture++) {
            for (Told told : texts.get(picture)) {
                all.add(new Text(picture, words.ids(told.prompt()), words.ids(told.caption())));
            }
        }
        all.sort(Comparator.comparingInt(Text::length));
        List<Reading> readings = new ArrayList<>();
        for (int i = 0; i < all.size(); i += size) {
            readings.add(of(all.subList(i, Math.min(all.size(), i + size)), described));
        }
        return readings;
    }

    private static Reading of(List<Text> texts, BlipFiles.Described described) {
        int length = texts.get(texts.size() - 1).length();
        long[] read = new long[texts.size() * length];
        long[] next = new long[texts.size() * length];
        Arrays.fill(next, IGNORED);
        int told = 0;
        for (int row = 0; row < texts.size(); row++) {
            Text text = texts.get(row);
            int at = row * length;
            int prompt = text.prompt().length;
            read[at] = described.start();
            System.arraycopy(text.prompt(), 0, read, at + 1, prompt);
            System.arraycopy(text.caption(), 0, read, at + 1 + prompt, text.caption().length);
            System.arraycopy(text.caption(), 0, next, at + prompt, text.caption().length);
            next[at + prompt + text.caption().length] = described.end();
            told += text.caption().length + 1;
        }
        return new Reading(texts.stream().mapToLong(Text::picture).toArray(), read, next, told);
    }
}
