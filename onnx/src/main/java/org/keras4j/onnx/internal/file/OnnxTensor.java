package org.keras4j.onnx.internal.file;

import org.keras4j.core.NDArray;

/**
 * A tensor in a file: a weight, or the value of an attribute.
 *
 * @param name its name, empty in attributes
 */
public record OnnxTensor(String name, NDArray value) {}
