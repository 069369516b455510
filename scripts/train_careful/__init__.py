"""Training of the careful tagger of names: `make train-careful DATA=anercorp-train.txt`."""
