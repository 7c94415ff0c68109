package org.keras4j.training.data;

import java.util.Iterator;
import java.util.stream.IntStream;

/** Batches by number, made when they are needed ({@code keras.utils.PyDataset}). */
public interface Dataset extends DataSource {
  /** How many batches an epoch has. */
  int size();

  /** The batch of a number from 0 to {@link #size} - 1. */
  Batch get(int index);

  @Override
  default long batches() {
    return size();
  }

  @Override
  default Iterator<Batch> iterator() {
    return IntStream.range(0, size()).mapToObj(this::get).iterator();
  }
}
