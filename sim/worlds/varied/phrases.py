def phrases(split):
    return []
