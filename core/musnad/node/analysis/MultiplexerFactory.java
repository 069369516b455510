package org.musnad.analysis;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.lucene.analysis.TokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.miscellaneous.ConditionalTokenFilter;
import org.apache.lucene.analysis.miscellaneous.RemoveDuplicatesTokenFilter;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;
import org.elasticsearch.common.Strings;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.IndexService.IndexCreationContext;
import org.elasticsearch.index.IndexSettings;
import org.elasticsearch.index.analysis.AbstractTokenFilterFactory;
import org.elasticsearch.index.analysis.CharFilterFactory;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.index.analysis.TokenizerFactory;

/**
 * The token filter {@code multiplexer}: each token as every one of {@code filters} makes it, all at one position.
 *
 * Settings: {@code filters}, each the name of a filter or a chain of names parted by commas, and
 * {@code preserve_original} (true): the token as it came is there too. What is the same is there once.
 */
final class MultiplexerFactory extends AbstractTokenFilterFactory {

    private final List<String> chains;
    private final boolean preserveOriginal;

    MultiplexerFactory(IndexSettings index, Environment environment, String name, Settings settings) {
        super(name);
        chains = settings.getAsList("filters");
        preserveOriginal = settings.getAsBoolean("preserve_original", true);
    }

    @Override
    public TokenStream create(TokenStream input) {
        throw new UnsupportedOperationException("TokenFilterFactory.getChainAwareTokenFilterFactory() must be called first");
    }

    @Override
    public TokenFilterFactory getChainAwareTokenFilterFactory(
        IndexCreationContext context,
        TokenizerFactory tokenizer,
        List<CharFilterFactory> charFilters,
        List<TokenFilterFactory> previous,
        Function<String, TokenFilterFactory> all
    ) {
        List<Function<TokenStream, TokenStream>> branches = new ArrayList<>();
        if (preserveOriginal) {
            branches.add(in -> in);
        }
        for (String chain : chains) {
            List<TokenFilterFactory> filters = new ArrayList<>();
            for (String filter : Strings.tokenizeToStringArray(chain, ",")) {
                TokenFilterFactory factory = all.apply(filter);
                if (factory == null) {
                    throw new IllegalArgumentException("Multiplexing filter [" + name() + "] refers to undefined tokenfilter [" + filter + "]");
                }
                List<TokenFilterFactory> before = new ArrayList<>(previous);
                before.addAll(filters);
                filters.add(factory.getChainAwareTokenFilterFactory(context, tokenizer, charFilters, before, all));
            }
            branches.add(in -> {
                TokenStream out = in;
                for (TokenFilterFactory filter : filters) {
                    out = filter.create(out);
                }
                return out;
            });
        }
        String name = name();
        return new TokenFilterFactory() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public TokenStream create(TokenStream input) {
                return new RemoveDuplicatesTokenFilter(new Multiplexed(input, branches));
            }
        };
    }

    /** Sends each token once down every branch: a branch is on only when its turn is. */
    private static final class Multiplexed extends TokenFilter {

        private final TokenStream source;
        private final int branches;
        private int turn;

        Multiplexed(TokenStream input, List<Function<TokenStream, TokenStream>> filters) {
            super(input);
            branches = filters.size();
            turn = branches - 1;
            TokenStream chain = new Repeater(input);
            for (int i = 0; i < branches; i++) {
                int slot = i;
                chain = new ConditionalTokenFilter(chain, filters.get(i)) {
                    @Override
                    protected boolean shouldFilter() {
                        return turn == slot;
                    }
                };
            }
            source = chain;
        }

        @Override
        public boolean incrementToken() throws IOException {
            return source.incrementToken();
        }

        @Override
        public void end() throws IOException {
            source.end();
        }

        @Override
        public void reset() throws IOException {
            source.reset();
        }

        private final class Repeater extends TokenFilter {

            private final PositionIncrementAttribute increment = addAttribute(PositionIncrementAttribute.class);
            private State state;

            Repeater(TokenStream input) {
                super(input);
            }

            @Override
            public boolean incrementToken() throws IOException {
                if (turn >= branches - 1) {
                    turn = 0;
                    if (!input.incrementToken()) {
                        return false;
                    }
                    state = captureState();
                    return true;
                }
                restoreState(state);
                increment.setPositionIncrement(0);
                turn++;
                return true;
            }

            @Override
            public void reset() throws IOException {
                super.reset();
                turn = branches - 1;
                state = null;
            }
        }
    }
}
