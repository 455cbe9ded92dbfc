package dev.latentstream.models.pretrain;

import dev.latentstream.models.caption.BlipFiles;
import dev.latentstream.models.pretrain.CaptionedSamples.PromptedCaption;
import dev.latentstream.models.tokenizer.WordPiece;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A teacher-forcing batch: captions padded to one length, as input ids and labels shifted by one. Labels inside the prompt and after the
 * end token are -100 and do not count in the loss.
 *
 * @param images index of each caption's image in the batch of images
 * @param inputIds tokens, row by row, padded to one length
 * @param labels the next token of each input token, or -100
 * @param labelCount number of labels that count
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TeacherForcingBatch(long[] images, long[] inputIds, long[] labels, int labelCount) {
    private static final long IGNORED = -100;

    private record Text(int image, long[] prompt, long[] caption) {
        int length() {
            return 1 + prompt.length + caption.length; // with the start; the end is a label only
        }
    }

    int count() {
        return images.length;
    }

    int length() {
        return inputIds.length / images.length;
    }

    /** Groups all texts of all images by length, the shortest first. */
    static List<TeacherForcingBatch> group(
            List<List<PromptedCaption>> texts, WordPiece words, BlipFiles.LoadedConfig loaded, int size) {
        List<Text> all = new ArrayList<>();
        for (int image = 0; image < texts.size(); image++) {
            for (PromptedCaption text : texts.get(image)) {
                all.add(new Text(image, words.ids(text.prompt()), words.ids(text.caption())));
            }
        }
        all.sort(Comparator.comparingInt(Text::length));
        List<TeacherForcingBatch> batches = new ArrayList<>();
        for (int i = 0; i < all.size(); i += size) {
            batches.add(of(all.subList(i, Math.min(all.size(), i + size)), loaded));
        }
        return batches;
    }

    private static TeacherForcingBatch of(List<Text> texts, BlipFiles.LoadedConfig loaded) {
        int length = texts.get(texts.size() - 1).length();
        long[] inputIds = new long[texts.size() * length];
        long[] labels = new long[texts.size() * length];
        Arrays.fill(labels, IGNORED);
        int labelCount = 0;
        for (int row = 0; row < texts.size(); row++) {
            Text text = texts.get(row);
            int at = row * length;
            int prompt = text.prompt().length;
            inputIds[at] = loaded.start();
            System.arraycopy(text.prompt(), 0, inputIds, at + 1, prompt);
            System.arraycopy(text.caption(), 0, inputIds, at + 1 + prompt, text.caption().length);
            System.arraycopy(text.caption(), 0, labels, at + prompt, text.caption().length);
            labels[at + prompt + text.caption().length] = loaded.end();
            labelCount += text.caption().length + 1;
        }
        return new TeacherForcingBatch(texts.stream().mapToLong(Text::image).toArray(), inputIds, labels, labelCount);
    }
}
