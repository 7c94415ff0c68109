package org.keras4j.training.datasets;

import org.keras4j.core.NDArray;

/**
 * A dataset of arrays in two parts, as Keras's {@code load_data} returns them.
 *
 * @param xTrain the samples to train on, first axis the samples
 * @param yTrain their labels or targets
 * @param xTest the samples to test with
 * @param yTest their labels or targets
 */
public record ArrayData(NDArray xTrain, NDArray yTrain, NDArray xTest, NDArray yTest) {}
