/** Models: Sequential, Functional and those of one's own ({@code keras.models}). */
@NullMarked
package org.keras4j.models;

import org.jspecify.annotations.NullMarked;
