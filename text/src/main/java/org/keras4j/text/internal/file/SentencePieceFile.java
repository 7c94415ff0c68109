package org.keras4j.text.internal.file;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.text.internal.decoder.SentencePieceDecoder;
import org.keras4j.text.internal.model.Bpe;
import org.keras4j.text.internal.model.Merges;
import org.keras4j.text.internal.model.Unigram;
import org.keras4j.text.internal.model.Vocabulary;
import org.keras4j.text.internal.normalizer.CharsMap;
import org.keras4j.text.internal.normalizer.SentencePieceNormalizer;
import org.keras4j.text.internal.pipeline.AddedTokens;
import org.keras4j.text.internal.pipeline.Pipeline;
import org.keras4j.text.internal.pipeline.Template;
import org.keras4j.text.internal.stage.Model;
import org.keras4j.text.internal.stage.Trie;

/** Reads a model of the SentencePiece library ({@code .model}, {@code .spm}). */
final class SentencePieceFile {
  private static final int NORMAL = 1;
  private static final int UNKNOWN = 2;
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;
  private static final int UNIGRAM = 1;
  private static final int BPE = 2;

  private final List<String> pieces = new ArrayList<>();
  private final List<Float> scores = new ArrayList<>();
  private final List<Integer> types = new ArrayList<>();
  private int modelType = UNIGRAM;
  private boolean suffix;
  private boolean byteFallback;
  private String unknownSurface = " \u2047 ";
  private byte @Nullable [] charsMap;
  private boolean dummyPrefix = true;
  private boolean removeExtraSpaces = true;
  private boolean escape = true;

  private SentencePieceFile() {}

  static Loaded read(byte[] file) {
    SentencePieceFile f = new SentencePieceFile();
    for (WireReader in = new WireReader(file); in.next(); ) {
      switch (in.field()) {
        case 1 -> f.piece(in.message());
        case 2 -> f.trainer(in.message());
        case 3 -> f.normalizer(in.message());
        default -> in.skip();
      }
    }
    return Loaded.of(f.pipeline());
  }

  private void piece(WireReader in) {
    String piece = "";
    float score = 0;
    int type = NORMAL;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> piece = in.string();
        case 2 -> score = in.fixed32();
        case 3 -> type = (int) in.number();
        default -> in.skip();
      }
    }
    pieces.add(piece);
    scores.add(score);
    types.add(type);
  }

  private void trainer(WireReader in) {
    while (in.next()) {
      switch (in.field()) {
        case 3 -> modelType = (int) in.number();
        case 24 -> suffix = in.number() != 0;
        case 35 -> byteFallback = in.number() != 0;
        case 44 -> unknownSurface = in.string();
        default -> in.skip();
      }
    }
  }

  private void normalizer(WireReader in) {
    while (in.next()) {
      switch (in.field()) {
        case 2 -> charsMap = in.bytes();
        case 3 -> dummyPrefix = in.number() != 0;
        case 4 -> removeExtraSpaces = in.number() != 0;
        case 5 -> escape = in.number() != 0;
        default -> in.skip();
      }
    }
  }

  private Pipeline pipeline() {
    int unknown = types.indexOf(UNKNOWN);
    if (unknown < 0) {
      throw new IllegalArgumentException(
          "SentencePiece model: of " + pieces.size() + " pieces none is the unknown one");
    }
    Trie userDefined = new Trie();
    Set<Integer> control = new HashSet<>();
    for (int i = 0; i < pieces.size(); i++) {
      if (types.get(i) == USER_DEFINED && !pieces.get(i).isEmpty()) {
        userDefined.put(pieces.get(i), i);
      } else if (types.get(i) == CONTROL) {
        control.add(i);
      }
    }
    CharsMap map = charsMap == null || charsMap.length == 0 ? null : new CharsMap(charsMap);
    return new Pipeline(
        new AddedTokens(List.of(), null, control),
        new SentencePieceNormalizer(
            map, userDefined, dummyPrefix, removeExtraSpaces, escape, suffix),
        null,
        model(unknown, userDefined),
        Pipeline.Trim.NO,
        Template.NONE,
        new SentencePieceDecoder(
            pieces.get(unknown), unknownSurface, dummyPrefix, removeExtraSpaces));
  }

  private Model model(int unknown, Trie userDefined) {
    Vocabulary vocabulary = Vocabulary.of(pieces);
    return switch (modelType) {
      case UNIGRAM -> unigram(vocabulary, unknown);
      case BPE ->
        new Bpe(
            vocabulary,
            merges(vocabulary),
            new Bpe.Settings(pieces.get(unknown), "", "", true, byteFallback, false, userDefined));
      default ->
        throw new IllegalArgumentException("SentencePiece model: type " + modelType
            + " is not supported, 1 (unigram) and 2 (BPE) are");
    };
  }

  private Model unigram(Vocabulary vocabulary, int unknown) {
    double[] all = new double[pieces.size()];
    boolean[] usable = new boolean[pieces.size()];
    float lowest = Float.MAX_VALUE;
    float highest = -Float.MAX_VALUE;
    for (int i = 0; i < all.length; i++) {
      all[i] = scores.get(i);
      usable[i] = types.get(i) == NORMAL || types.get(i) == USER_DEFINED;
      if (types.get(i) == NORMAL) {
        lowest = Math.min(lowest, scores.get(i));
        highest = Math.max(highest, scores.get(i));
      }
    }
    for (int i = 0; i < all.length; i++) {
      if (types.get(i) == USER_DEFINED) {
        // Better than any split into others.
        int bytes = pieces.get(i).getBytes(StandardCharsets.UTF_8).length;
        all[i] = bytes * highest - 0.1;
      }
    }
    double unknownScore = (float) Unigram.unknownScore(lowest);
    return new Unigram(vocabulary, all, usable, unknown, unknownScore, byteFallback, true);
  }

  /** All ways to make a piece of two; pieces with higher scores come first. */
  private Merges merges(Vocabulary vocabulary) {
    float[] sorted = new float[pieces.size()];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = -scores.get(i);
    }
    Arrays.sort(sorted);
    Map<Float, Integer> ranks = new HashMap<>();
    for (float s : sorted) {
      ranks.putIfAbsent(s, ranks.size());
    }
    Merges merges = new Merges(pieces.size() * 2);
    for (int i = 0; i < pieces.size(); i++) {
      String p = pieces.get(i);
      if (types.get(i) != NORMAL) {
        continue;
      }
      int rank = Objects.requireNonNull(ranks.get(-scores.get(i)));
      for (int k = 1; k < p.length(); k++) {
        int left = Character.isLowSurrogate(p.charAt(k)) ? -1 : vocabulary.id(p.substring(0, k));
        int right = left < 0 ? -1 : vocabulary.id(p.substring(k));
        if (right >= 0 && types.get(left) == NORMAL && types.get(right) == NORMAL) {
          merges.put(left, right, rank, i);
        }
      }
    }
    return merges;
  }
}
