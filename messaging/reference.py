def regions(): return {}
def api_actions(): return {}
def request_rates(): return {}
